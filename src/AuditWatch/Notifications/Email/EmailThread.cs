using System.Text.RegularExpressions;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Email;

/// <summary>
/// Where a mail stands in its conversation. Mail programs join mails that refer to one there is; some (Gmail among them) only if the subject is the
/// same, too. So a later mail answers the first one under its subject, unless the level has changed, which is worth a conversation of its own.
/// </summary>
/// <param name="MessageId">The mail's own id, the same at every attempt.</param>
/// <param name="First">The id of the mail that begins the conversation; null if this one does.</param>
/// <param name="Topic">The subject of the conversation.</param>
internal sealed partial record EmailThread(string MessageId, string? First, string Topic)
{
    private const int SubjectLimit = 150;

    /// <summary>The mail's subject.</summary>
    public string Subject => IsAnswer ? $"Re: {Topic}" : Topic;

    private bool IsAnswer { get; init; }

    /// <summary>The place of a notification's mail.</summary>
    public static EmailThread Of(Notification notification, Message message, EmailOptions options)
    {
        var id = $"<{Token($"notification-{notification.Id}")}@{options.Domain}>";
        var topic = DisplayText.Of($"[{message.Label}] {message.Subject}", SubjectLimit);
        var continues = notification.Kind is NotificationKind.Updated or NotificationKind.Reminder or NotificationKind.Acknowledged or NotificationKind.Closed or NotificationKind.Merged;
        if (!continues || Pattern().Match(notification.Receipt ?? "") is not { Success: true } receipt)
        {
            return new EmailThread(id, null, topic) { Receipt = notification.Kind == NotificationKind.Digest ? null : $"{id} {topic}" };
        }

        var (first, earlier) = (receipt.Groups[1].Value, DisplayText.Of(receipt.Groups[2].Value, SubjectLimit));
        return earlier.StartsWith($"[{message.Level.Word().ToUpperInvariant()}]", StringComparison.Ordinal)
            ? new EmailThread(id, first, earlier) { IsAnswer = true, Receipt = $"{first} {earlier}" }
            : new EmailThread(id, first, topic) { Receipt = $"{first} {topic}" };
    }

    /// <summary>What the conversation's next mail has to know; null after a digest, which is followed by nothing.</summary>
    public string? Receipt { get; private init; }

    /// <summary>An id with everything but letters and digits of ASCII as a dash.</summary>
    public static string Token(string id) => string.Concat(id.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));

    [GeneratedRegex(@"\A(<[A-Za-z0-9-]{1,300}@[A-Za-z0-9.-]{1,255}>) (.+)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Pattern();
}
