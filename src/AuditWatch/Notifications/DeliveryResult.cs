namespace AuditWatch.Notifications;

/// <summary>How an attempt to deliver ended.</summary>
public enum DeliveryOutcome
{
    /// <summary>The receiver has it.</summary>
    Delivered,

    /// <summary>It may go through later.</summary>
    Retry,

    /// <summary>It never will, as it is: the address, the credentials or the message are wrong.</summary>
    Rejected,
}

/// <summary>How an attempt to deliver ended, and why.</summary>
/// <param name="Outcome">Whether it was delivered, and if not, whether trying again makes sense.</param>
/// <param name="Reason">What went wrong, for a person; holds no secret. Empty when delivered.</param>
/// <param name="RetryAfter">How long the receiver asked to wait, if it did.</param>
/// <param name="Receipt">What the notifier needs to know when it continues the conversation, at most 1,000 characters; kept with the state, so no secret. Null for nothing.</param>
public readonly record struct DeliveryResult(DeliveryOutcome Outcome, string Reason = "", TimeSpan? RetryAfter = null, string? Receipt = null)
{
    /// <summary>The receiver has it.</summary>
    public static DeliveryResult Delivered { get; } = new(DeliveryOutcome.Delivered);

    /// <summary>It may go through later.</summary>
    public static DeliveryResult Retry(string reason, TimeSpan? after = null) => new(DeliveryOutcome.Retry, reason, after);

    /// <summary>It never will, as it is.</summary>
    public static DeliveryResult Rejected(string reason) => new(DeliveryOutcome.Rejected, reason);
}
