using System.Globalization;
using System.Text;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Email;

/// <summary>
/// A notification as a mail (RFC 5322, MIME) with a text and an HTML part. Another attempt at the same notification has the same Message-ID, so
/// that a mailbox can drop it.
/// </summary>
internal static class EmailMessage
{
    // Begins with what base64 never has.
    private const string Boundary = "=_auditwatch";

    /// <summary>The mail, in ASCII, its lines ending in CR LF; none begins with a dot.</summary>
    public static string Compose(Message message, EmailThread thread, EmailOptions options, DateTimeOffset now)
    {
        string[] lines =
        [
            $"From: {MailHeader.Address(options.From)}",
            $"To: {string.Join(",\r\n ", options.To.Select(MailHeader.Address))}",
            $"Subject: {MailHeader.Text(thread.Subject)}",
            $"Date: {now.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} +0000",
            $"Message-ID: {thread.MessageId}",
            .. thread.First is null ? Array.Empty<string>() : [$"In-Reply-To: {thread.First}", $"References: {thread.First}"],
            $"List-Id: AuditWatch <auditwatch.{options.From.Host}>",
            "Auto-Submitted: auto-generated",
            $"X-AuditWatch-Alert: {string.Join(",\r\n ", AlertIds(message).Select(MailHeader.Token))}",
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

    private static IEnumerable<string> AlertIds(Message message) =>
        (message.Main is null ? [] : new[] { message.Main.Id }).Concat(message.Others.Select(alert => alert.Id));

    private static string[] Part(string type, string text) =>
    [
        $"--{Boundary}",
        $"Content-Type: {type}; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks),
    ];
}
