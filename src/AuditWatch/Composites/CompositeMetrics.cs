using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Composites;

/// <summary>What composites hold and what they had to let go, counted by composite; the latter is logged once for each.</summary>
internal sealed class CompositeMetrics(ILogger logger)
{
    private static readonly Meter Meter = new("AuditWatch");

    private static readonly UpDownCounter<int> Waiting = Meter.CreateUpDownCounter<int>(
        "auditwatch.composite.waiting", "{finding}", "Findings that wait for the other steps of a story, by composite.");

    private static readonly Counter<long> Forgotten = Meter.CreateCounter<long>(
        "auditwatch.composite.forgotten", "{finding}", "Findings that a story might still have needed and that were forgotten to bound memory and work, by composite and reason.");

    private static readonly Counter<long> Told = Meter.CreateCounter<long>("auditwatch.composite.stories", "{story}", "Stories that were told, by composite.");

    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);

    public static void Waits(string composite, int change) => Waiting.Add(change, Tag(composite));

    public static void Tells(string composite) => Told.Add(1, Tag(composite));

    /// <summary>Findings were let go.</summary>
    /// <param name="composite">The composite.</param>
    /// <param name="reason"><c>memory</c>: too many in all; <c>key</c>: too many that could be of one story; <c>alike</c>: too many that differ in time only; <c>work</c>: too much to join at once.</param>
    /// <param name="findings">How many.</param>
    public void Forgets(string composite, string reason, int findings = 1)
    {
        Forgotten.Add(findings, Tag(composite), new KeyValuePair<string, object?>("reason", reason));
        if (_logged.Add($"{composite} {reason}"))
        {
            logger.LogWarning(
                "The composite {Composite} has more findings than it may hold or join ({Reason}); whoever has most of them loses theirs. "
                + "More of the kind are counted in auditwatch_composite_forgotten_total and not logged.",
                composite, reason);
        }
    }

    private static KeyValuePair<string, object?> Tag(string composite) => new("detection", composite);
}
