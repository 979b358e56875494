using AuditWatch.Detection;

namespace AuditWatch.Alerts;

/// <summary>What an alert keeps of the detection that raised it, whatever becomes of the rule afterwards. Immutable.</summary>
public sealed record AlertDetection
{
    /// <summary>The unique name, such as <c>exec_into_pod</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The rule's UUID, if it has one.</summary>
    public string? Id { get; init; }

    /// <summary>What it finds, in a line.</summary>
    public required string Title { get; init; }

    /// <summary>The rule's level.</summary>
    public required Level Level { get; init; }

    /// <summary>Tags such as <c>attack.t1609</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What the person on call should do, if the author said so.</summary>
    public string? Runbook { get; init; }

    /// <summary>How long after an alert has opened findings of the same fingerprint join it. Default: one hour.</summary>
    public TimeSpan DedupWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether it is a composite: what it found ties the alerts of its steps.</summary>
    public bool IsComposite { get; init; }

    /// <summary>What alerts keep of a rule.</summary>
    public static AlertDetection Of(DetectionRule rule) => new()
    {
        Name = rule.Name,
        Id = rule.Id,
        Title = rule.Title,
        Level = rule.Level,
        Tags = rule.Tags,
        Runbook = rule.Runbook,
        DedupWindow = rule.DedupWindow,
        IsComposite = rule.Composite is not null,
    };
}
