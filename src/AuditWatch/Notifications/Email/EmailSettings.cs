using System.Globalization;
using System.Net;
using System.Net.Mail;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Yaml;
using MimeKit;

namespace AuditWatch.Notifications.Email;

/// <summary>Reads one of <c>emailConfigs</c>.</summary>
internal static class EmailSettings
{
    /// <summary>The options; null if anything is wrong, which is reported, all of it.</summary>
    public static EmailOptions? Read(YamlMap settings, Diagnostics diagnostics)
    {
        var to = Recipients(settings, diagnostics);
        var from = settings.TryGet("from", out var sender) ? Address(sender, diagnostics) : Missing(settings, "from");
        var (host, port) = Smarthost(settings, diagnostics);
        var tokenFile = TokenFile(settings, diagnostics);
        var logsIn = settings.TryGet("authUsername", out _) | SecretSetting.IsThere(settings, "authPassword") | tokenFile is not null;
        var username = logsIn ? settings.RequiredString("authUsername") : null;
        var password = logsIn && tokenFile is null ? SecretSetting.Read(settings, "authPassword", diagnostics) : null;
        var requireTls = settings.Boolean("requireTls", otherwise: true);
        var authorities = AuthoritiesSetting.Read(settings, diagnostics);
        if (logsIn && !requireTls && host is not null && !IsThisMachine(host))
        {
            diagnostics.Error(settings.LocationOf("requireTls"), $"without TLS the {(tokenFile is null ? "password" : "token")} would be sent in clear: leave out 'requireTls: false', or 'authUsername'");
        }

        settings.RejectUnknown();
        return diagnostics.HasErrors || from is null || host is null ? null : new EmailOptions
        {
            To = to,
            From = from,
            Host = host,
            Port = port,
            TlsAtOnce = port == 465,
            Username = username,
            Password = password,
            TokenFile = tokenFile,
            RequireTls = requireTls,
            Authorities = authorities,
        };
    }

    private static List<MailAddress> Recipients(YamlMap settings, Diagnostics diagnostics)
    {
        var elements = settings.TryGet("to", out var to) ? to.Elements.ToList() : [];
        if (elements.Count == 0)
        {
            settings.Missing("to");
        }

        return [.. elements.Select(element => Address(element, diagnostics)).OfType<MailAddress>()];
    }

    private static MailAddress? Address(YamlValue value, Diagnostics diagnostics)
    {
        if (MailAddress.TryCreate(value.Text, out var address) && IsPlain(address.Address) && MailboxAddress.TryParse(address.Address, out _))
        {
            return address;
        }

        diagnostics.Error(value.Location, $"'{value.Text}' is not a mail address such as soc@example.com");
        return null;
    }

    private static bool IsPlain(string address) =>
        DisplayText.Of(address, int.MaxValue) == address && !address.Any(c => char.IsWhiteSpace(c) || c is '<' or '>' or '"');

    private static MailAddress? Missing(YamlMap settings, string key)
    {
        settings.Missing(key);
        return null;
    }

    private static (string? Host, int Port) Smarthost(YamlMap settings, Diagnostics diagnostics)
    {
        var text = settings.RequiredString("smarthost");
        var colon = text.LastIndexOf(':');
        var hasPort = colon > text.LastIndexOf(']');
        var host = (hasPort ? text[..colon] : text).Trim('[', ']');
        var port = 587;
        if (Uri.CheckHostName(host) != UriHostNameType.Unknown
            && (!hasPort || int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)) && port is > 0 and <= IPEndPoint.MaxPort)
        {
            return (host, port);
        }

        if (text.Length > 0)
        {
            diagnostics.Error(settings.LocationOf("smarthost"), $"'{text}' is not a mail server such as smtp.example.com:587");
        }

        return (null, port);
    }

    // Read at every login; here only to say at once what is wrong.
    private static string? TokenFile(YamlMap settings, Diagnostics diagnostics)
    {
        const string key = "authTokenFile";
        if (settings.String(key) is not { } file)
        {
            return null;
        }

        var path = settings.Location.Resolve(file);
        if (SecretSetting.IsThere(settings, "authPassword"))
        {
            diagnostics.Error(settings.LocationOf(key), $"either a password or '{key}' can be there, not both");
        }
        else if (OAuthToken.TryRead(path, out var problem) is null)
        {
            diagnostics.Error(settings.LocationOf(key), problem);
        }

        return path;
    }

    private static bool IsThisMachine(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
