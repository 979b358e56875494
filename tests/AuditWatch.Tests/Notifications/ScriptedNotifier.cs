using System.Threading.Channels;
using AuditWatch.Notifications;

namespace AuditWatch.Tests.Notifications;

/// <summary>Answers as a test says, and tells it of every attempt.</summary>
internal sealed class ScriptedNotifier(string name, Func<Notification, CancellationToken, Task<DeliveryResult>> answer) : INotifier
{
    private readonly Channel<Notification> _attempts = Channel.CreateUnbounded<Notification>();

    public ScriptedNotifier(string name, params DeliveryResult[] answers)
        : this(name, Replay(answers))
    {
    }

    public string Name => name;

    /// <summary>How many attempts the test has not asked for yet.</summary>
    public int AttemptCount => _attempts.Reader.Count;

    /// <summary>The next attempt; comes when it is made.</summary>
    public async Task<Notification> NextAttemptAsync() => await _attempts.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public Task<DeliveryResult> NotifyAsync(Notification notification, CancellationToken cancellation)
    {
        _attempts.Writer.TryWrite(notification);
        return answer(notification, cancellation);
    }

    // One answer after the other, the last for ever; without any, everything is delivered.
    private static Func<Notification, CancellationToken, Task<DeliveryResult>> Replay(DeliveryResult[] answers)
    {
        var attempts = 0;
        return (_, _) => Task.FromResult(answers.Length == 0 ? DeliveryResult.Delivered : answers[Math.Min(attempts++, answers.Length - 1)]);
    }
}
