using System.Net.Mail;
using AuditWatch.Notifications.Rendering;
using MimeKit;

namespace AuditWatch.Notifications.Email;

/// <summary>
/// A notification as a mail with a text and an HTML part. Another attempt at the same notification has the same Message-ID, so that a mailbox can
/// drop it.
/// </summary>
internal static class EmailMessage
{
    /// <summary>The mail; its headers hold letters beyond ASCII as they are only if an address cannot do without (RFC 6532).</summary>
    public static MimeMessage Compose(Message message, EmailThread thread, EmailOptions options, DateTimeOffset now)
    {
        var mail = new MimeMessage { Subject = Harmless(thread.Subject), Date = now, MessageId = thread.MessageId };
        mail.From.Add(Mailbox(options.From));
        mail.To.AddRange(options.To.Select(Mailbox));
        if (thread.First is { } first)
        {
            mail.InReplyTo = first;
            mail.Headers.Add(HeaderId.References, first);
        }

        mail.Headers.Add(HeaderId.ListId, $"AuditWatch <auditwatch.{options.Domain}>");
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        mail.Headers.Add("X-AuditWatch-Alert", string.Join(", ", AlertIds(message).Select(EmailThread.Token)));
        mail.Body = new MultipartAlternative { Part("plain", TextLayout.Render(message, coloured: false)), Part("html", EmailHtml.Of(message)) };
        return mail;
    }

    /// <summary>An address as MimeKit has it.</summary>
    public static MailboxAddress Mailbox(MailAddress address) => new(address.DisplayName, address.Address);

    // "=?" would begin an encoded word (RFC 2047) of the attacker's own, which MimeKit hands on as it is.
    private static string Harmless(string subject) => subject.Replace("=?", @"=\u003f", StringComparison.Ordinal);

    private static IEnumerable<string> AlertIds(Message message) =>
        (message.Main is null ? [] : new[] { message.Main.Id }).Concat(message.Others.Select(alert => alert.Id));

    // In base64 no server on the way finds lines that are too long, or that begin with a dot or with "From ".
    private static TextPart Part(string type, string text) => new(type) { Text = text.ReplaceLineEndings("\r\n"), ContentTransferEncoding = ContentEncoding.Base64 };
}
