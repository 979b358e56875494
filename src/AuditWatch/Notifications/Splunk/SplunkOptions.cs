using System.Security.Cryptography.X509Certificates;

namespace AuditWatch.Notifications.Splunk;

/// <summary>Which HTTP Event Collector to send to. Immutable.</summary>
internal sealed record SplunkOptions
{
    /// <summary>Its address, up to what comes before <c>services/collector</c>, ending in a slash.</summary>
    public required Uri Address { get; init; }

    /// <summary>The token.</summary>
    public required Secret Token { get; init; }

    /// <summary>The index to write to; null for the token's default.</summary>
    public string? Index { get; init; }

    /// <summary>The certification authorities to trust instead of the system's; null for the system's.</summary>
    public X509Certificate2Collection? Authorities { get; init; }
}
