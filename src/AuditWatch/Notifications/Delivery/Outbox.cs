using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using AuditWatch.Alerts;
using AuditWatch.Sharing;
using AuditWatch.State;
using AuditWatch.Telemetry;

namespace AuditWatch.Notifications.Delivery;

/// <summary>
/// The notifications that are due and not delivered, for each integration, as they stand in the state: what is in it survives a crash. An entry leaves it
/// when its delivery, or that it has been given up, is durable. It is long for one class because each way into it and out of it is one commit of the entry, the receipt and the history. Thread-safe.
/// </summary>
internal sealed class Outbox
{
    /// <summary>The most entries that wait for one integration; of more, one of the actor who has the most is given up: see <see cref="FairShare{T}"/>. 10,000, or what there is memory for.</summary>
    public static readonly int Capacity = MemoryScale.Of(10_000);

    /// <summary>The most bytes of alerts in those. 32 MiB, or what there is memory for.</summary>
    internal static readonly int MaxBytes = MemoryScale.Of(32 << 20);

    private readonly IStateStore _store;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, OutboxQueue> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Integration, string GroupKey), string> _receipts = [];
    private readonly Lock _lock = new();
    private long _next;

    /// <summary>An outbox with what the state holds.</summary>
    /// <param name="store">The state.</param>
    /// <param name="integrations">The integrations there are. What waits for others is given up.</param>
    /// <param name="time">Tells when something is given up.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    internal Outbox(IStateStore store, IEnumerable<Integration> integrations, TimeProvider time, ServiceMetrics? metrics = null)
    {
        _store = store;
        _time = time;
        Include(integrations);
        var instruments = (metrics ?? ServiceMetrics.Shared).Notifications;
        DeadLetters = new DeadLetters(store, instruments);
        Restore();
        instruments.MeasureWaiting(() => _queues.Select(queue => new Measurement<int>(queue.Value.Count, new KeyValuePair<string, object?>("receiver", queue.Key))));
    }

    /// <summary>What has been given up.</summary>
    public DeadLetters DeadLetters { get; }

    /// <summary>How many notifications wait for each integration.</summary>
    public IReadOnlyDictionary<string, int> Waiting => _queues.ToDictionary(queue => queue.Key, queue => queue.Value.Count, StringComparer.Ordinal);

    /// <summary>Takes notifications for these integrations, too.</summary>
    internal void Include(IEnumerable<Integration> integrations)
    {
        foreach (var integration in integrations)
        {
            _queues.TryAdd(integration.Notifier.Name, new OutboxQueue(integration.IsForPeople));
        }
    }

    /// <summary>Nobody delivers to these integrations any more, nor adds to them: what waits for them is given up. Completes when that is durable.</summary>
    /// <param name="integrations">Their names.</param>
    /// <param name="unfinished">What was taken out for them and has not been delivered.</param>
    internal Task ExcludeAsync(IEnumerable<string> integrations, IEnumerable<OutboxEntry> unfinished)
    {
        var changes = new StateChanges();
        var waiting = integrations.SelectMany(name => _queues.TryRemove(name, out var queue) ? queue.Dequeue(int.MaxValue) : []);
        foreach (var entry in unfinished.Concat(waiting))
        {
            GiveUp(entry, NotThere(entry), changes);
        }

        return _store.CommitAsync(changes);
    }

    /// <summary>How many notifications wait for an integration.</summary>
    public int WaitingFor(string integration) => _queues[integration].Count;

    /// <summary>Adds a notification for an integration.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="integration">The name of the notifier.</param>
    /// <param name="changes">Takes what is to be committed.</param>
    /// <returns>To be called when that is durable.</returns>
    internal Action Add(Notification notification, string integration, StateChanges changes) => Add(notification, integration, changes, isNews: true);

    private Action Add(Notification notification, string integration, StateChanges changes, bool isNews)
    {
        var queue = _queues[integration];
        var (entry, ticket) = queue.Add(notification, due => new OutboxEntry(NextKey(), integration, due), isNews);
        DeliveryRecords.Put(entry, changes);
        while (queue.TryShed(Capacity, MaxBytes, out var shed))
        {
            GiveUp(shed, $"more than {Capacity:N0} notifications were waiting, or more than {MaxBytes >> 20} MiB of them, and this one's actor had the most", changes);
        }

        return () => queue.Release(ticket);
    }

    /// <summary>Completes once it is known that what is in it is still this process's to deliver.</summary>
    internal Task ConfirmAsync() => _store.ConfirmAsync();

    internal OutboxQueue QueueOf(string integration) => _queues[integration];

    /// <summary>The entry with the receipt of the conversation's latest notification.</summary>
    internal Notification WithReceipt(OutboxEntry entry)
    {
        lock (_lock)
        {
            return entry.Notification with { Receipt = _receipts.GetValueOrDefault((entry.Integration, entry.Notification.GroupKey)) };
        }
    }

    /// <summary>An entry has been delivered. Completes when that is durable.</summary>
    internal Task DeliveredAsync(OutboxEntry entry, string? receipt)
    {
        var changes = new StateChanges();
        changes.Delete(StateTables.Notifications, entry.Key);
        Note(entry, "notified", entry.Notification.Kind.Word(), changes);
        KeepReceipt(entry, receipt, changes);
        return _store.CommitAsync(changes);
    }

    /// <summary>An entry goes on with a conversation that has not begun: there is nothing to say. Completes when that is durable.</summary>
    internal Task SkipAsync(OutboxEntry entry)
    {
        var changes = new StateChanges();
        changes.Delete(StateTables.Notifications, entry.Key);
        return _store.CommitAsync(changes);
    }

    /// <summary>A conversation is over, and the integration is not told so.</summary>
    internal void EndConversation(string integration, string conversation, StateChanges changes)
    {
        lock (_lock)
        {
            ForgetReceipt(integration, conversation, changes);
        }
    }

    /// <summary>An entry cannot be delivered. Completes when that is durable.</summary>
    internal Task GiveUpAsync(OutboxEntry entry, DeliveryResult result)
    {
        var changes = new StateChanges();
        GiveUp(entry, result.Reason, changes);
        KeepReceipt(entry, result.Receipt, changes);
        return _store.CommitAsync(changes);
    }

    /// <summary>Puts one entry in the place of several that have been taken. Completes when that is durable.</summary>
    internal async Task<OutboxEntry> MergeAsync(IReadOnlyList<OutboxEntry> taken)
    {
        var (changes, now) = (new StateChanges(), _time.GetUtcNow());
        foreach (var entry in taken)
        {
            changes.Delete(StateTables.Notifications, entry.Key);
        }

        // In the order they were made: of an alert that is in several, the last has how it stands.
        var merged = taken[0] with { Notification = Digests.Of([.. taken.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Notification)], now) };
        DeliveryRecords.Put(merged, changes);
        foreach (var alert in taken.SelectMany(entry => entry.Notification.Alerts).ExceptBy(merged.Notification.Alerts.Select(shown => shown.Id), alert => alert.Id))
        {
            // Of those that it shows, their histories have how it was delivered.
            new AlertEvent(alert.Id, now, "digested", merged.Integration) { Note = "a digest counts it", NotificationId = merged.Notification.Id, Level = alert.Level, Count = alert.Count }.AddTo(changes);
        }

        await _store.CommitAsync(changes);
        return merged;
    }

    /// <summary>Has a dead letter delivered after all.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>Whether there is one, and a notifier of its integration's name. Completes when it is durable.</returns>
    public async Task<bool> ResendAsync(string key)
    {
        var changes = new StateChanges();
        if (DeadLetters.Find(key) is not { } letter || Resend(letter, changes) is not { } release)
        {
            return false;
        }

        await _store.CommitAsync(changes);
        release();
        return true;
    }

    /// <summary>Has every dead letter delivered after all, the oldest first, but those of integrations that there are no more.</summary>
    /// <returns>How many that are. Completes when it is durable.</returns>
    public async Task<int> ResendAllAsync()
    {
        const int together = 100;
        var count = 0;
        foreach (var letters in DeadLetters.All.Chunk(together))
        {
            var changes = new StateChanges();
            var releases = letters.Select(letter => Resend(letter, changes)).OfType<Action>().ToList();
            await _store.CommitAsync(changes);
            releases.ForEach(release => release());
            count += releases.Count;
        }

        return count;
    }

    // It is due now: the time it lay there does not make it too old. What waits may be newer, so it does not take its place.
    private Action? Resend(DeadLetter letter, StateChanges changes) =>
        _queues.ContainsKey(letter.Entry.Integration) && DeadLetters.Remove(letter.Entry.Key, changes)
            ? Add(letter.Entry.Notification with { DueAt = _time.GetUtcNow() }, letter.Entry.Integration, changes, isNews: false)
            : null;

    private void GiveUp(OutboxEntry entry, string reason, StateChanges changes)
    {
        changes.Delete(StateTables.Notifications, entry.Key);
        Note(entry, "undelivered", reason, changes);
        DeadLetters.Add(new DeadLetter(entry, reason, _time.GetUtcNow()), changes);
    }

    // In the history of each alert that it is about.
    private void Note(OutboxEntry entry, string what, string note, StateChanges changes)
    {
        var now = _time.GetUtcNow();
        foreach (var alert in entry.Notification.Alerts)
        {
            new AlertEvent(alert.Id, now, what, entry.Integration) { Note = note, NotificationId = entry.Notification.Id, Level = alert.Level, Count = alert.Count }.AddTo(changes);
        }
    }

    private void KeepReceipt(OutboxEntry entry, string? receipt, StateChanges changes)
    {
        var (integration, conversation) = (entry.Integration, entry.Notification.GroupKey);
        lock (_lock)
        {
            if (entry.Notification.Kind is NotificationKind.Closed or NotificationKind.Merged)
            {
                ForgetReceipt(integration, conversation, changes);
            }
            else if (receipt is not null)
            {
                _receipts[(integration, conversation)] = receipt;
                changes.Put(StateTables.Receipts, KeyOf(integration, conversation), Encoding.UTF8.GetBytes(receipt));
            }
        }
    }

    private void ForgetReceipt(string integration, string conversation, StateChanges changes)
    {
        if (_receipts.Remove((integration, conversation)))
        {
            changes.Delete(StateTables.Receipts, KeyOf(integration, conversation));
        }
    }

    private void Restore()
    {
        var changes = new StateChanges();
        foreach (var row in _store.Read(StateTables.Notifications))
        {
            var entry = DeliveryRecords.ReadEntry(row);
            var now = _time.GetUtcNow();
            if (entry.Notification.DueAt > now)
            {
                // The clock has been set back: it is not to be tried until it is old by the later time.
                entry = entry with { Notification = entry.Notification with { DueAt = now } };
            }

            _next = Math.Max(_next, long.Parse(entry.Key, NumberStyles.HexNumber, CultureInfo.InvariantCulture) + 1);
            if (_queues.TryGetValue(entry.Integration, out var queue))
            {
                // Each stays what it is: put together, the record of one would stay behind.
                queue.Release(queue.Add(entry.Notification, _ => entry, isNews: false).Ticket);
            }
            else
            {
                GiveUp(entry, NotThere(entry), changes);
            }
        }

        foreach (var row in _store.Read(StateTables.Receipts))
        {
            if (row.Text("key").Split('\n') is [var integration, var conversation])
            {
                _receipts[(integration, conversation)] = Encoding.UTF8.GetString(row.Bytes("value").Span);
            }
        }

        _next = Math.Max(_next, DeadLetters.NextKey);
        _store.CommitAsync(changes);
    }

    private static string NotThere(OutboxEntry entry) => $"the configuration has no '{entry.Integration}' any more";

    private string NextKey() => (Interlocked.Increment(ref _next) - 1).ToString("x16", CultureInfo.InvariantCulture);

    private static string KeyOf(string integration, string conversation) => $"{integration}\n{conversation}";
}
