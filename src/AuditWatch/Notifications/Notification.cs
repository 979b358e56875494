using AuditWatch.Alerts;

namespace AuditWatch.Notifications;

/// <summary>An alert on its way to a receiver.</summary>
/// <param name="Id">The same at every attempt, so that a receiver can tell a repeat.</param>
/// <param name="Alert">The alert as it stood when the notification became due.</param>
public sealed record Notification(string Id, Alert Alert);
