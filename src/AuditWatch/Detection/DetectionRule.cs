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

    /// <summary>What it finds, in a line.</summary>
    public required string Title { get; init; }

    /// <summary>How much its alerts matter. Default: medium.</summary>
    public Level Level { get; init; } = Level.Medium;

    /// <summary>How much a finding matters whose request was denied: an attempt. Default: as much as any other.</summary>
    public Level? DeniedLevel { get; init; }

    /// <summary>stable, test, experimental, deprecated or unsupported; null if not said.</summary>
    public string? Status { get; init; }

    /// <summary>Why it matters, in sentences.</summary>
    public string? Description { get; init; }

    /// <summary>Who wrote it.</summary>
    public string? Author { get; init; }

    /// <summary>Tags such as <c>attack.t1609</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Addresses to read more at.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>What else makes it fire, for the person who has to decide.</summary>
    public IReadOnlyList<string> FalsePositives { get; init; } = [];

    /// <summary>What the person on call should do, if the author said so.</summary>
    public string? Runbook { get; init; }

    /// <summary>The alert's sentence, with <c>{field}</c> placeholders. Default: the title.</summary>
    public required string Summary { get; init; }

    /// <summary>The field that names who is to be asked about the alert. Default: <c>actor</c>.</summary>
    public string Actor { get; init; } = "actor";

    /// <summary>The fields whose values make two findings the same alert. Default: <c>actor</c>; for a correlation, its group-by.</summary>
    public IReadOnlyList<string> DedupBy { get; init; } = ["actor"];

    /// <summary>How long after an alert has opened findings of the same fingerprint join it. Default: one hour.</summary>
    public TimeSpan DedupWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>What an event must be like; null for a correlation or composite.</summary>
    internal SearchDefinition? Search { get; init; }

    /// <summary>What findings of other rules must add up to; null for anything else.</summary>
    internal CorrelationDefinition? Correlation { get; init; }

    /// <summary>What findings of other detections must be to each other; null for anything else.</summary>
    internal CompositeDefinition? Composite { get; init; }

    /// <summary>
    /// Whether it is looked for only while a composite waits for it, and makes no findings otherwise: for what happens all the time
    /// (<c>auditwatch: {awaited: true}</c>). Default: it is always looked for.
    /// </summary>
    public bool IsAwaited { get; init; }

    /// <summary>Lets it fire only for what it has not met before; null if it fires for everything it looks for.</summary>
    internal FirstSeenDefinition? FirstSeen { get; init; }

    /// <summary>The file it was read from, and the line it begins at.</summary>
    public required SourceLocation Location { get; init; }
}
