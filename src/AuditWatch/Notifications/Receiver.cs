namespace AuditWatch.Notifications;

/// <summary>Whom to tell: a name that routes use, and the ways to reach them, each of which gets every notification.</summary>
/// <param name="Name">The name.</param>
/// <param name="Integrations">The ways.</param>
public sealed record Receiver(string Name, IReadOnlyList<Integration> Integrations)
{
    /// <summary>What <see cref="MaxMessagesPerMinute"/> is unless the configuration says otherwise.</summary>
    public const int DefaultMaxMessagesPerMinute = 20;

    /// <summary>How many messages a minute each way that people read gets, 1 to 600; what is more comes in one digest.</summary>
    public int MaxMessagesPerMinute { get; init; } = DefaultMaxMessagesPerMinute;
}

/// <summary>One way to reach a receiver.</summary>
/// <param name="Notifier">Delivers.</param>
/// <param name="SendResolved">Whether to tell of alerts that are closed.</param>
/// <param name="IsForPeople">Whether people read it, so that many messages at once are worse than a digest; programs get every alert.</param>
public sealed record Integration(INotifier Notifier, bool SendResolved, bool IsForPeople)
{
    /// <summary>
    /// Whether a conversation is something that stands open there and calls people, until they deal with it: it is told so when they do, and a storm holds back neither that nor that it is over.
    /// </summary>
    public bool HasPages { get; init; }
}
