using System.Diagnostics.Metrics;

namespace AuditWatch.Telemetry;

/// <summary>What there is of incidents.</summary>
internal sealed class IncidentInstruments(Meter meter)
{
    /// <summary>By <c>kind</c>.</summary>
    public Counter<long> Hubs { get; } = meter.CreateCounter<long>(
        "auditwatch.incidents.hubs", "{entity}", "What has come to be shared by too many alerts to join them into an incident, by kind.");

    /// <summary>Of alerts that name more than one may.</summary>
    public Counter<long> Beyond { get; } = meter.CreateCounter<long>(
        "auditwatch.incidents.entities.left_out", "{entity}", "What alerts name beyond 64 users, objects, roles and the like each: it joins them with nobody.");

    /// <summary>Measures incidents from now on, for as long as the meter lives.</summary>
    public void Measure(Func<int> open) => meter.CreateObservableGauge("auditwatch.incidents", open, "{incident}", "Incidents that are not closed.");
}
