namespace AuditWatch.Alerts;

/// <summary>
/// A rule by which an open alert keeps others from being told of: those that match <paramref name="Targets"/> and have the same values of
/// <paramref name="Equal"/>. A label without a value is equal to another without. Immutable.
/// </summary>
/// <param name="Sources">What the alert meets that keeps others quiet.</param>
/// <param name="Targets">What they meet.</param>
/// <param name="Equal">The labels; none if all targets are kept quiet.</param>
public sealed record InhibitionRule(Matchers Sources, Matchers Targets, IReadOnlyList<string> Equal);
