using AuditWatch.Detection;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Correlation;

/// <summary>Counts, by correlation, the findings that correlations could not count, and logs the first of each kind. Not thread-safe.</summary>
internal sealed class CorrelationMetrics(CorrelationInstruments instruments, ILogger logger)
{
    private readonly HashSet<string> _late = new(StringComparer.Ordinal);
    private readonly HashSet<string> _evictedOf = new(StringComparer.Ordinal);

    public void Late(DetectionRule correlation, TimeSpan lateness)
    {
        instruments.Late.Add(1, Tag(correlation));
        if (_late.Add(correlation.Name))
        {
            logger.LogWarning(
                "A finding arrived more than {Lateness} late and was not counted by the correlation {Correlation}. "
                + "More of the kind are counted in auditwatch_correlation_late_total and not logged.",
                lateness, correlation.Name);
        }
    }

    public void Repeated(DetectionRule correlation) => instruments.Repeated.Add(1, Tag(correlation));

    public void Evicted(DetectionRule correlation, int findings)
    {
        if (findings == 0)
        {
            return;
        }

        instruments.Evicted.Add(findings, Tag(correlation));
        if (_evictedOf.Add(correlation.Name))
        {
            logger.LogWarning(
                "The correlation {Correlation} has more findings or groups than it may hold and forgets the oldest, of whoever has the most. "
                + "More of the kind are counted in auditwatch_correlation_forgotten_total and not logged.",
                correlation.Name);
        }
    }

    private static KeyValuePair<string, object?> Tag(DetectionRule correlation) => new("detection", correlation.Name);
}
