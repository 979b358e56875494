using System.Diagnostics.Metrics;
using AuditWatch.Detection;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Correlation;

/// <summary>Counts, by correlation, the findings that correlations could not count, and logs the first of each kind. Not thread-safe.</summary>
internal sealed class CorrelationMetrics(ILogger logger)
{
    private static readonly Meter Meter = new("AuditWatch");

    private static readonly Counter<long> LateFindings = Meter.CreateCounter<long>(
        "auditwatch.correlation.late", "{finding}", "Findings that arrived too late to be counted with those around them, by correlation.");

    private static readonly Counter<long> RepeatedFindings = Meter.CreateCounter<long>(
        "auditwatch.correlation.repeated", "{finding}", "Findings that had been counted before, by correlation.");

    private static readonly Counter<long> EvictedFindings = Meter.CreateCounter<long>(
        "auditwatch.correlation.forgotten", "{finding}", "Findings that might still have counted and were forgotten to bound the memory, by correlation.");

    private readonly HashSet<string> _late = new(StringComparer.Ordinal);
    private readonly HashSet<string> _evictedOf = new(StringComparer.Ordinal);

    public void Late(DetectionRule correlation, TimeSpan lateness)
    {
        LateFindings.Add(1, Tag(correlation));
        if (_late.Add(correlation.Name))
        {
            logger.LogWarning(
                "A finding arrived more than {Lateness} late and was not counted by the correlation {Correlation}. "
                + "More of the kind are counted in auditwatch_correlation_late_total and not logged.",
                lateness, correlation.Name);
        }
    }

    public static void Repeated(DetectionRule correlation) => RepeatedFindings.Add(1, Tag(correlation));

    public void Evicted(DetectionRule correlation, int findings)
    {
        if (findings == 0)
        {
            return;
        }

        EvictedFindings.Add(findings, Tag(correlation));
        if (_evictedOf.Add(correlation.Name))
        {
            logger.LogWarning(
                "The correlation {Correlation} has more findings or groups than it may hold and forgets the oldest. "
                + "More of the kind are counted in auditwatch_correlation_evictedOf_total and not logged.",
                correlation.Name);
        }
    }

    private static KeyValuePair<string, object?> Tag(DetectionRule correlation) => new("detection", correlation.Name);
}
