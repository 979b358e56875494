using System.Security.Cryptography.X509Certificates;

namespace AuditWatch.Notifications.Syslog;

/// <summary>Which syslog server to send to. Immutable.</summary>
internal sealed record SyslogOptions
{
    /// <summary>The port that IANA has given to syslog over TLS.</summary>
    public const int DefaultPort = 6514;

    /// <summary>The server's name, which its certificate has to bear.</summary>
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The certification authorities to trust instead of the system's; null for the system's.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The certificate to show, with its key; null for none.</summary>
    public X509Certificate2? Certificate { get; init; }
}
