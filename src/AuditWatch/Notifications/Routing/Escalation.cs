namespace AuditWatch.Notifications.Routing;

/// <summary>Says of a notification that it goes to a further receiver because nobody has acknowledged its alerts since the first one was notified. Immutable.</summary>
/// <param name="From">The name of the receiver that was notified first.</param>
/// <param name="After">How long before that was, more than zero.</param>
public sealed record Escalation(string From, TimeSpan After);
