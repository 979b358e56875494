using AuditWatch.Detection.Sigma;

namespace AuditWatch.Detection;

/// <summary>
/// One detection as its author wrote it: the metadata of a Sigma rule, what it looks for, and how its findings become an alert.
/// Immutable.
/// </summary>
public sealed record DetectionRule
{
    /// <summary>The unique name that correlations, tests, routes and alerts use, such as <c>exec_into_pod</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The rule's UUID, if it has one.</summary>
    public string? Id { get; init; }

    /// <summary>The title: what it detects, in one line.</summary>
    public required string Title { get; init; }

    /// <summary>The severity of its alerts. Default: medium.</summary>
    public Level Level { get; init; } = Level.Medium;

    /// <summary>The level of findings whose request was denied (an attempt). Default: null, which means <see cref="Level"/>.</summary>
    public Level? DeniedLevel { get; init; }

    /// <summary>stable, test, experimental, deprecated or unsupported; null if not said.</summary>
    public string? Status { get; init; }

    /// <summary>The description: why a match matters.</summary>
    public string? Description { get; init; }

    /// <summary>Who wrote it.</summary>
    public string? Author { get; init; }

    /// <summary>Tags such as <c>attack.t1609</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>URLs of further reading.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Known benign causes of a match, for the person who triages the alert.</summary>
    public IReadOnlyList<string> FalsePositives { get; init; } = [];

    /// <summary>What the person on call should do; null if the author does not say.</summary>
    public string? Runbook { get; init; }

    /// <summary>The template of the alert's summary, with <c>{field}</c> placeholders. Default: the title.</summary>
    public required string Summary { get; init; }

    /// <summary>The field whose value is the actor of the alert. Default: <c>actor</c>.</summary>
    public string Actor { get; init; } = "actor";

    /// <summary>The fields whose values make two findings the same alert. Default: <c>actor</c>; for a correlation, its group-by.</summary>
    public IReadOnlyList<string> DedupBy { get; init; } = ["actor"];

    /// <summary>How long findings of the same fingerprint are added to an alert, from its opening. Default: one hour.</summary>
    public TimeSpan DedupWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The fields of which a repeat tells what is new: see <see cref="Alerts.Alert.Updates"/>. Default: <see cref="DefaultUpdates"/>; for what rests on other detections, none.</summary>
    public IReadOnlyList<string> Updates { get; init; } = [];

    /// <summary>What <see cref="Updates"/> is unless a rule says otherwise: what is done, who gets which role, what is run, from where, and with what outcome.</summary>
    internal static IReadOnlyList<string> DefaultUpdates { get; } = ["request.kind", "binding.role", "binding.subjects", "command", "containers.image", "clientIP", "outcome"];

    /// <summary>The condition on a single event; null for a correlation or composite.</summary>
    internal SearchDefinition? Search { get; init; }

    /// <summary>The aggregation of findings of other rules; null unless it is a correlation.</summary>
    internal CorrelationDefinition? Correlation { get; init; }

    /// <summary>The join of findings of other detections; null unless it is a composite.</summary>
    internal CompositeDefinition? Composite { get; init; }

    /// <summary>
    /// Whether it is evaluated only while a composite waits for its finding, because it would match nearly every request
    /// (<c>auditwatch: {awaited: true}</c>). Default: false, it is evaluated for every event.
    /// </summary>
    public bool IsAwaited { get; init; }

    /// <summary>Restricts matches to values that have not been seen before; null for no restriction.</summary>
    internal FirstSeenDefinition? FirstSeen { get; init; }

    /// <summary>Where the filters stand that narrow it.</summary>
    internal IReadOnlyList<SourceLocation> NarrowedBy { get; init; } = [];

    /// <summary>The file it was read from, and the line it begins at.</summary>
    public required SourceLocation Location { get; init; }
}
