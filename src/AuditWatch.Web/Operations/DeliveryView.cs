using AuditWatch.Notifications.Delivery;

namespace AuditWatch.Web.Operations;

/// <summary>How delivery stands. Immutable.</summary>
/// <param name="Waiting">How many notifications wait, by receiver.</param>
/// <param name="DeadLetters">The oldest notifications that were given up, at most 100.</param>
/// <param name="DeadLetterCount">How many there are.</param>
public sealed record DeliveryView(IReadOnlyDictionary<string, int> Waiting, IReadOnlyList<DeadLetter> DeadLetters, int DeadLetterCount)
{
    private const int Most = 100;

    /// <summary>How it stands now.</summary>
    /// <exception cref="IOException">The state cannot be read.</exception>
    public static DeliveryView Read(Outbox outbox) => new(outbox.Waiting, [.. outbox.DeadLetters.All.Take(Most)], outbox.DeadLetters.Count);
}
