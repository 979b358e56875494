using System.Globalization;
using System.Text;

namespace AuditWatch.Notifications.Email;

/// <summary>
/// A notification as a mail (RFC 5322, MIME) with a text and an HTML part. Mails about the same fingerprint make one thread; another attempt
/// at the same notification has the same Message-ID, so that a mailbox can drop it.
/// </summary>
internal static class EmailMessage
{
    // Begins with what base64 never has.
    private const string Boundary = "=_auditwatch";

    /// <summary>The mail, in ASCII, its lines ending in CR LF; none begins with a dot.</summary>
    public static string Compose(Notification notification, EmailOptions options, DateTimeOffset now)
    {
        var message = Message.From(notification.Alerts[0]);
        var subject = DisplayText.Of($"[{message.Level.ToString().ToUpperInvariant()}] {message.Detection}: {message.Summary}", 150);
        var thread = MailHeader.MessageId($"fingerprint-{notification.Alerts[0].Fingerprint}", options.From);
        string[] lines =
        [
            $"From: {MailHeader.Address(options.From)}",
            $"To: {string.Join(",\r\n ", options.To.Select(MailHeader.Address))}",
            $"Subject: {MailHeader.Text(subject)}",
            $"Date: {now.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} +0000",
            $"Message-ID: {MailHeader.MessageId($"notification-{notification.Id}", options.From)}",
            $"In-Reply-To: {thread}",
            $"References: {thread}",
            $"List-Id: AuditWatch <auditwatch.{options.From.Host}>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            $"Content-Type: multipart/alternative; boundary=\"{Boundary}\"",
            "",
            .. Part("text/plain", TextLayout.Render(message, coloured: false).ReplaceLineEndings("\r\n")),
            .. Part("text/html", EmailHtml.Of(message)),
            $"--{Boundary}--",
            "",
        ];
        return string.Join("\r\n", lines);
    }

    private static string[] Part(string type, string text) =>
    [
        $"--{Boundary}",
        $"Content-Type: {type}; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks),
    ];
}
