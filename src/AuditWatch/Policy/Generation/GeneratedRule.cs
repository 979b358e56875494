namespace AuditWatch.Policy.Generation;

/// <summary>A rule of a generated policy, and why it is there.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Reason">The first lines of its comment.</param>
/// <param name="Detections">The detections that it is there for, or that it costs something.</param>
internal sealed record GeneratedRule(PolicyRule Rule, string Reason, IReadOnlyCollection<string> Detections);
