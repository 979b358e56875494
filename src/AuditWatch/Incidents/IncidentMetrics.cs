using System.Diagnostics.Metrics;

namespace AuditWatch.Incidents;

/// <summary>What is counted of incidents.</summary>
internal static class IncidentMetrics
{
    private static readonly Meter Meter = new("AuditWatch");

    private static readonly Counter<long> Hubs = Meter.CreateCounter<long>(
        "auditwatch.incidents.hubs", "{entity}", "What too many alerts share to join them into an incident, by kind.");

    /// <summary>Too many share one more entity.</summary>
    public static void IsHub(EntityKind kind) => Hubs.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString().ToLowerInvariant()));
}
