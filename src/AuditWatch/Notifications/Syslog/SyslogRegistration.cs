using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuditWatch.Yaml;

namespace AuditWatch.Notifications.Syslog;

/// <summary>Makes <c>syslogConfigs</c> known to configurations.</summary>
public static class SyslogRegistration
{
    /// <summary>
    /// Adds <c>syslogConfigs</c>: <c>address</c>, a host, or host:port where it is not 6514; perhaps <c>caFile</c> with the authorities to trust instead of the machine's, and
    /// <c>certFile</c> with <c>keyFile</c>, the certificate to show.
    /// </summary>
    /// <param name="kinds">Takes it.</param>
    /// <param name="time">The clock of limits.</param>
    public static NotifierKinds AddSyslog(this NotifierKinds kinds, TimeProvider time) =>
        kinds.Add("syslogConfigs", new NotifierKind((name, settings, diagnostics) => Read(name, settings, diagnostics, time), IsForPeople: false, SendsResolved: true));

    private static SyslogNotifier? Read(string name, YamlMap settings, Diagnostics diagnostics, TimeProvider time)
    {
        var errors = diagnostics.ErrorCount;
        var (host, port) = Address(settings, diagnostics);
        var authorities = AuthoritiesSetting.Read(settings, diagnostics);
        var certificate = Certificate(settings, diagnostics);
        settings.RejectUnknown();
        return diagnostics.ErrorCount > errors ? null
            : new SyslogNotifier(name, new SyslogOptions { Host = host, Port = port, Authorities = authorities, Certificate = certificate }, time);
    }

    private static (string Host, int Port) Address(YamlMap settings, Diagnostics diagnostics)
    {
        var text = settings.RequiredString("address");
        var colon = text.LastIndexOf(':');
        var hasPort = colon > text.LastIndexOf(']');
        var host = (hasPort ? text[..colon] : text).Trim('[', ']');
        var port = SyslogOptions.DefaultPort;
        if (text.Length > 0 && (Uri.CheckHostName(host) == UriHostNameType.Unknown
            || (hasPort && !(int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= IPEndPoint.MaxPort))))
        {
            diagnostics.Error(settings.LocationOf("address"), $"'{text}' is not a server such as syslog.example.com:6514");
        }

        return (host, port);
    }

    private static X509Certificate2? Certificate(YamlMap settings, Diagnostics diagnostics)
    {
        var (certificate, key) = (settings.String("certFile"), settings.String("keyFile"));
        if (certificate is null && key is null)
        {
            return null;
        }

        if (certificate is null || key is null)
        {
            settings.Missing(certificate is null ? "certFile" : "keyFile");
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPemFile(settings.Location.Resolve(certificate), settings.Location.Resolve(key));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            diagnostics.Error(settings.LocationOf("certFile"), $"the certificate and its key cannot be read: {problem.Message}");
            return null;
        }
    }
}
