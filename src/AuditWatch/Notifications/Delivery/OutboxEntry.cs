namespace AuditWatch.Notifications.Delivery;

/// <summary>A notification that waits to be delivered by one integration.</summary>
/// <param name="Key">Its key in the state: 16 hexadecimal digits, rising in the order entries are made.</param>
/// <param name="Integration">The name of the notifier that is to deliver it.</param>
/// <param name="Notification">The notification.</param>
internal sealed record OutboxEntry(string Key, string Integration, Notification Notification);

/// <summary>A notification that will not be delivered unless somebody has it sent again.</summary>
/// <param name="Entry">The notification, and who was to deliver it.</param>
/// <param name="Reason">Why it was not delivered.</param>
/// <param name="At">Since when it has been given up.</param>
internal sealed record DeadLetter(OutboxEntry Entry, string Reason, DateTimeOffset At);
