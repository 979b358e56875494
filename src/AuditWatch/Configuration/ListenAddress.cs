using System.Net;
using AuditWatch.Sources.Webhook;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>Parses and checks the address that the service listens on: an IP address and a port.</summary>
internal static class ListenAddress
{
    /// <summary>The default address.</summary>
    public const string Default = "127.0.0.1:9880";

    /// <summary>Parses <c>127.0.0.1:9880</c>, <c>[::1]:9880</c>, <c>localhost:9880</c>, or <c>:9880</c> for all addresses of the machine. Port 0 means any free port.</summary>
    public static bool TryParse(string text, out IPEndPoint address)
    {
        const string local = "localhost:";
        var spelt = text.StartsWith(local, StringComparison.OrdinalIgnoreCase) ? $"127.0.0.1:{text[local.Length..]}"
            : text.StartsWith(':') ? $"[::]{text}"
            : text;
        var port = spelt.LastIndexOf(':');
        address = new IPEndPoint(IPAddress.Loopback, 0);

        // Without a port, or an IPv6 address without brackets, is not taken for a port of something else.
        if (port <= 0 || (spelt.IndexOf(':') != port && spelt[port - 1] != ']') || !IPEndPoint.TryParse(spelt, out var parsed))
        {
            return false;
        }

        address = parsed;
        return true;
    }

    /// <summary>Reads the required address <c>listen</c> of a section, with the text that it is of; null, and an error, if there is none.</summary>
    /// <param name="section">The section.</param>
    /// <param name="port">A port to show an example with.</param>
    /// <param name="diagnostics">Receives errors.</param>
    public static (IPEndPoint Address, string Text)? Read(YamlMap section, int port, Diagnostics diagnostics)
    {
        var listen = section.RequiredString("listen");
        if (listen.Length == 0)
        {
            return null;
        }

        if (!TryParse(listen, out var address))
        {
            diagnostics.Error(section.LocationOf("listen"), $"'{listen}' is not an address to listen on: write IP:PORT, such as 127.0.0.1:{port} or [::1]:{port}");
            return null;
        }

        return (address, listen);
    }

    /// <summary>Returns why the service must not listen on an address, for a person; null if it may: it is loopback, or TLS and authentication are configured, or <c>insecure</c> is set.</summary>
    /// <param name="address">The address.</param>
    /// <param name="given">The address as the user wrote it.</param>
    /// <param name="webhook">The TLS and authentication settings.</param>
    /// <param name="insecure">Whether the user has set <c>insecure</c>.</param>
    public static string? Objection(IPEndPoint address, string given, WebhookOptions webhook, bool insecure)
    {
        if (IPAddress.IsLoopback(address.Address) || insecure || (webhook.Tls is not null && webhook.Authentication.IsRequired))
        {
            return null;
        }

        List<string> faults = [], remedies = [];
        if (webhook.Tls is null)
        {
            faults.Add("without TLS");
            remedies.Add("'tls: {certFile: PATH, keyFile: PATH}'");
        }

        if (!webhook.Authentication.IsRequired)
        {
            faults.Add("by anybody");
            remedies.Add("'auth: {tokens: [{file: PATH}]}'");
        }

        return $"'{given}' can be reached from other machines {string.Join(" and ", faults)}: add {string.Join(" and ", remedies)} under sources.webhook in the configuration, "
            + "listen on 127.0.0.1, or write 'insecure: true' if something else protects it";
    }
}
