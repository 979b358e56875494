namespace AuditWatch.Notifications;

/// <summary>Whom to tell: a name that routes use, and the ways to reach them, each of which gets every notification.</summary>
/// <param name="Name">The name.</param>
/// <param name="Notifiers">The ways.</param>
public sealed record Receiver(string Name, IReadOnlyList<INotifier> Notifiers);

/// <summary>Which receiver an alert goes to.</summary>
/// <param name="Receiver">The receiver's name.</param>
public sealed record Route(string Receiver);
