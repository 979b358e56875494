using System.Collections.Concurrent;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Delivery;

namespace AuditWatch.Processing;

/// <summary>Test messages that people have sent to the receivers of a running service. The last one of each receiver is remembered until the service ends. Thread-safe.</summary>
internal sealed class ReceiverTests(Func<AlertRouting> routing, Func<Dispatcher?> dispatcher, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ReceiverTest> _last = new(StringComparer.Ordinal);

    /// <summary>The last one of a receiver; null if there was none since the start.</summary>
    public ReceiverTest? LastOf(string receiver) => _last.GetValueOrDefault(receiver);

    /// <summary>Sends one to a receiver, each way of it in one attempt, between what else it is told.</summary>
    /// <param name="receiver">The receiver's name.</param>
    /// <param name="by">Who has it sent, as they call themselves.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How it went; null if there is no such receiver.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ReceiverTest?> SendAsync(string receiver, string by, CancellationToken cancellation)
    {
        var (now, rules) = (time.GetUtcNow(), routing());
        if (rules.Receivers.FirstOrDefault(one => one.Name == receiver) is not { } known || dispatcher() is not { } sender)
        {
            return null;
        }

        var alert = TestMessage.Alert($"{by} has sent a test from AuditWatch on {Environment.MachineName}", now);
        var ways = await Task.WhenAll(known.Integrations.Select(async way =>
        {
            var result = await TestMessage.SendAsync(receiver, way, alert, null, rules.TimeZone, now, notification => sender.TryAsync(way.Notifier.Name, notification, cancellation));
            return new TestedWay(way.Notifier.Name, result.Outcome == DeliveryOutcome.Delivered, TestMessage.Words(result));
        }));
        return _last[receiver] = new ReceiverTest(receiver, now, by, ways);
    }
}

/// <summary>How a test message to a receiver went. Immutable.</summary>
/// <param name="Receiver">The receiver's name.</param>
/// <param name="At">When it was sent.</param>
/// <param name="By">Who had it sent, as they called themselves.</param>
/// <param name="Ways">How each way of it went.</param>
public sealed record ReceiverTest(string Receiver, DateTimeOffset At, string By, IReadOnlyList<TestedWay> Ways);

/// <summary>How a test message went one way. Immutable.</summary>
/// <param name="Name">The way's name, such as <c>on-call/slack[0]</c>.</param>
/// <param name="IsDelivered">Whether it was taken.</param>
/// <param name="Words">How it went, for a person.</param>
public sealed record TestedWay(string Name, bool IsDelivered, string Words);
