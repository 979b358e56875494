using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Email;

/// <summary>Mails alerts, one connection for each.</summary>
/// <param name="name">What to call it in logs and metrics.</param>
/// <param name="options">To whom, and through which server.</param>
/// <param name="time">Gives a mail its date.</param>
public sealed class EmailNotifier(string name, EmailOptions options, TimeProvider time) : INotifier
{
    private Progress _progress = new("", options.To);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        if (_progress.NotificationId != notification.Id)
        {
            _progress = new Progress(notification.Id, options.To);
        }

        try
        {
            using var session = await SmtpSession.OpenAsync(options, cancellation);
            var message = Message.From(notification);
            var thread = EmailThread.Of(notification, message, options);
            var replies = await session.SendAsync(EmailMessage.Compose(message, thread, options, time.GetUtcNow()), _progress.Waiting, cancellation);
            var result = _progress.Account(replies);
            return _progress.IsTaken && result.Outcome != DeliveryOutcome.Retry ? result with { Receipt = thread.Receipt } : result;
        }
        catch (SmtpFailure failure)
        {
            return failure.Result;
        }
        catch (Exception problem) when (problem is IOException or SocketException or AuthenticationException)
        {
            return DeliveryResult.Retry($"cannot reach the mail server: {problem.Message}");
        }
    }

    // How far the notification has come, so that at the next attempt nobody gets it twice.
    private sealed class Progress(string notificationId, IReadOnlyList<MailAddress> waiting)
    {
        private readonly List<string> _refused = [];

        public string NotificationId => notificationId;

        public IReadOnlyList<MailAddress> Waiting { get; private set; } = waiting;

        // Whether anybody has it, so that the conversation has begun.
        public bool IsTaken { get; private set; }

        public DeliveryResult Account(IReadOnlyList<SmtpReply> replies)
        {
            var answers = Waiting.Zip(replies, (recipient, reply) => (recipient, reply, text: $"{recipient.Address}: {reply}")).ToList();
            var later = answers.Where(answer => answer.reply.Class is not (2 or 5)).ToList();
            IsTaken |= replies.Any(reply => reply.Class == 2);
            _refused.AddRange(answers.Where(answer => answer.reply.Class == 5).Select(answer => answer.text));
            Waiting = [.. later.Select(answer => answer.recipient)];
            return (later, _refused) switch
            {
                ({ Count: > 0 }, _) => DeliveryResult.Retry($"not taken for now: {string.Join("; ", later.Select(answer => answer.text))}"),
                (_, { Count: > 0 }) => DeliveryResult.Rejected($"refused: {string.Join("; ", _refused)}"),
                _ => DeliveryResult.Delivered,
            };
        }
    }
}
