using System.Globalization;
using AuditWatch.State;

namespace AuditWatch.Alerts;

/// <summary>How often a detection has raised alerts, and what became of those. Immutable.</summary>
/// <param name="Opened">How many alerts were opened within the days that were asked about.</param>
/// <param name="Closed">How many of those are closed.</param>
/// <param name="FalsePositives">How many of those were closed as false positives.</param>
/// <param name="LastSeen">When it last matched, within 90 days.</param>
public sealed record DetectionCount(long Opened, long Closed, long FalsePositives, DateTimeOffset LastSeen)
{
    // As long as the state knows.
    private const int Known = 90;

    /// <summary>Those of the last days, by the detection's name; those that have not matched for 90 days are left out.</summary>
    /// <param name="store">The state.</param>
    /// <param name="clusters">The clusters whose alerts count; null for all.</param>
    /// <param name="now">The time.</param>
    /// <param name="days">How many days, the present one, in UTC, among them; 1 to 90.</param>
    /// <exception cref="IOException">They cannot be read.</exception>
    internal static IReadOnlyDictionary<string, DetectionCount> Read(IStateStore store, IReadOnlyCollection<string>? clusters, DateTimeOffset now, int days) =>
        store.TotalByDetection(Day(now, Known), Day(now, days), clusters).ToDictionary(
            total => total.Detection, total => new DetectionCount(total.Opened, total.Closed, total.FalsePositives, total.LastSeen), StringComparer.Ordinal);

    private static string Day(DateTimeOffset now, int days) => now.UtcDateTime.AddDays(1 - days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
