using System.Security.Cryptography.X509Certificates;

namespace AuditWatch.Notifications.Elasticsearch;

/// <summary>Which data stream to write to. Immutable.</summary>
internal sealed record ElasticsearchOptions
{
    /// <summary>The address of Elasticsearch or OpenSearch, ending in a slash.</summary>
    public required Uri Address { get; init; }

    /// <summary>The value of the header <c>Authorization</c>; null for none.</summary>
    public Secret? Authorization { get; init; }

    /// <summary>The data stream. Default: one that Elasticsearch's own template for logs is for.</summary>
    public string DataStream { get; init; } = "logs-auditwatch.alerts-default";

    /// <summary>The certification authorities to trust instead of the system's; null for the system's.</summary>
    public X509Certificate2Collection? Authorities { get; init; }
}
