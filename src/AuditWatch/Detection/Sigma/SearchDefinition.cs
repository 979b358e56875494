namespace AuditWatch.Detection.Sigma;

/// <summary>What an event must be like for a rule to match it.</summary>
/// <param name="Condition">The rule's condition over its selections.</param>
public sealed record SearchDefinition(Expression Condition);
