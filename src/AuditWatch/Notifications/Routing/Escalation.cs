namespace AuditWatch.Notifications.Routing;

/// <summary>That alerts go on to others than those who were told first, because nobody has acknowledged them. Immutable.</summary>
/// <param name="From">The receiver that was told first.</param>
/// <param name="After">How long before, more than zero.</param>
public sealed record Escalation(string From, TimeSpan After);
