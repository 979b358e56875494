using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Composites;

/// <summary>What composites hold and what they had to let go, counted by composite; the latter is logged once for each.</summary>
internal sealed class CompositeMetrics(CompositeInstruments instruments, ILogger logger)
{
    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);

    public void Waits(string composite, int change) => instruments.Waiting.Add(change, Tag(composite));

    public void Tells(string composite) => instruments.Stories.Add(1, Tag(composite));

    /// <summary>Findings were let go.</summary>
    /// <param name="composite">The composite.</param>
    /// <param name="reason"><c>memory</c>: too many in all; <c>key</c>: too many that could be of one story; <c>alike</c>: too many that differ in time only; <c>work</c>: too much to join at once.</param>
    /// <param name="findings">How many.</param>
    public void Forgets(string composite, string reason, int findings = 1)
    {
        instruments.Forgotten.Add(findings, Tag(composite), new KeyValuePair<string, object?>("reason", reason));
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
