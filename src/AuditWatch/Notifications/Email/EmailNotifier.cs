using System.Net.Mail;
using AuditWatch.Notifications.Rendering;
using MailKit.Net.Smtp;

namespace AuditWatch.Notifications.Email;

/// <summary>Mails alerts. What comes within half a minute of a mail goes over the same connection, so that a storm does not open one for each.</summary>
internal sealed class EmailNotifier : INotifier, IAsyncDisposable
{
    /// <summary>How long a connection is kept after a mail.</summary>
    internal static readonly TimeSpan KeptOpen = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(2);

    private readonly EmailOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ITimer _idle;
    private readonly IReadOnlyList<MailAddress> _recipients;
    private SmtpConnection? _connection;
    private Progress _progress;

    /// <summary>A notifier that has no connection yet.</summary>
    /// <param name="name">What to call it in logs and metrics.</param>
    /// <param name="options">To whom, and through which server.</param>
    /// <param name="time">Gives a mail its date, and a connection its end.</param>
    public EmailNotifier(string name, EmailOptions options, TimeProvider time)
    {
        Name = name;
        _options = options;
        _time = time;
        _recipients = [.. options.To.DistinctBy(recipient => recipient.Address, StringComparer.OrdinalIgnoreCase)];
        _progress = new Progress("", _recipients);
        _idle = time.CreateTimer(_ => _ = LeaveIfIdleAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return await AttemptAsync(notification, cancellation);
        }
        finally
        {
            _idle.Change(KeptOpen, Timeout.InfiniteTimeSpan);
            _turn.Release();
        }
    }

    /// <summary>Closes the connection, if there is one.</summary>
    public async ValueTask DisposeAsync()
    {
        await _idle.DisposeAsync();
        await _turn.WaitAsync();
        await LeaveAsync();
        _turn.Release();
    }

    private async Task<DeliveryResult> AttemptAsync(Notification notification, CancellationToken cancellation)
    {
        if (_progress.NotificationId != notification.Id)
        {
            _progress = new Progress(notification.Id, _recipients);
        }

        while (true)
        {
            var wasOpen = _connection is not null;
            try
            {
                _connection ??= await SmtpConnection.OpenAsync(_options, cancellation);
                return await SendAsync(_connection, notification, cancellation);
            }
            catch (Exception problem)
            {
                // MailKit takes a cancellation during a handshake for a failure of the handshake.
                if (cancellation.IsCancellationRequested || SmtpFailure.Of(problem) is not { } result)
                {
                    Drop();
                    cancellation.ThrowIfCancellationRequested();
                    throw;
                }

                await LeaveAsync();

                // A server may have had enough of a connection, and says so or just closes it: that is no reason to wait.
                if (result.Outcome != DeliveryOutcome.Retry || !wasOpen)
                {
                    return result;
                }
            }
        }
    }

    private async Task<DeliveryResult> SendAsync(SmtpConnection connection, Notification notification, CancellationToken cancellation)
    {
        var message = Message.From(notification);
        var thread = EmailThread.Of(notification, message, _options);
        using var mail = EmailMessage.Compose(message, thread, _options, _time.GetUtcNow());
        var result = _progress.Account(await connection.SendAsync(mail, _progress.Waiting, cancellation));
        return _progress.IsTaken && result.Outcome != DeliveryOutcome.Retry ? result with { Receipt = thread.Receipt } : result;
    }

    private async Task LeaveIfIdleAsync()
    {
        if (await _turn.WaitAsync(TimeSpan.Zero))
        {
            await LeaveAsync();
            _turn.Release();
        }
    }

    private async Task LeaveAsync()
    {
        if (_connection is { IsConnected: true } connection)
        {
            using var limit = new CancellationTokenSource(GoodbyeLimit, _time);
            await connection.DisconnectAsync(quit: true, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Drop();
    }

    private void Drop()
    {
        _connection?.Dispose();
        _connection = null;
    }

    // How far the notification has come, so that at the next attempt nobody gets it twice.
    private sealed class Progress(string notificationId, IReadOnlyList<MailAddress> waiting)
    {
        private readonly List<string> _refused = [];

        public string NotificationId => notificationId;

        public IReadOnlyList<MailAddress> Waiting { get; private set; } = waiting;

        // Whether anybody has it, so that the conversation has begun.
        public bool IsTaken { get; private set; }

        public DeliveryResult Account(IReadOnlyList<SmtpResponse> replies)
        {
            var answers = Waiting.Zip(replies, (recipient, reply) =>
                (recipient, kind: SmtpFailure.Class(reply.StatusCode), text: $"{recipient.Address}: {SmtpFailure.Text(reply.StatusCode, reply.Response)}")).ToList();
            var later = answers.Where(answer => answer.kind is not (2 or 5)).ToList();
            IsTaken |= answers.Any(answer => answer.kind == 2);
            _refused.AddRange(answers.Where(answer => answer.kind == 5).Select(answer => answer.text));
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
