using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Sharing;
using AuditWatch.State;
using AuditWatch.Telemetry;

namespace AuditWatch.Notifications.Delivery;

/// <summary>The notifications that have been given up: kept, so that somebody can look at them and have them sent again. Bounded for each receiver by itself, so that one that is down costs no other its own. Thread-safe.</summary>
internal sealed class DeadLetters
{
    /// <summary>The most dead letters of a receiver; of more, one of the actor who has the most is forgotten, and counted: see <see cref="FairShare{T}"/>. 10,000, or what there is memory for.</summary>
    public static readonly int Capacity = MemoryScale.Of(10_000);

    /// <summary>The most bytes of alerts in those.</summary>
    internal const int MaxBytes = 32 << 20;

    private readonly IStateStore _store;
    private readonly NotificationInstruments _metrics;
    private readonly SortedSet<string> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _receivers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FairShare<string>> _of = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    internal DeadLetters(IStateStore store, NotificationInstruments metrics)
    {
        (_store, _metrics) = (store, metrics);
        foreach (var letter in All)
        {
            Note(letter);
        }

        _metrics.MeasureDeadLetters(() => Count);
    }

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _keys.Count;
            }
        }
    }

    /// <summary>How many there are of an integration.</summary>
    public int CountOf(string integration)
    {
        lock (_lock)
        {
            return _of.GetValueOrDefault(integration)?.Count ?? 0;
        }
    }

    /// <summary>The dead letters, the oldest notification first.</summary>
    public IEnumerable<DeadLetter> All => _store.Read(StateTables.DeadLetters).Select(DeliveryRecords.ReadDeadLetter);

    /// <summary>The dead letter of a key; null if there is none that is durable.</summary>
    public DeadLetter? Find(string key) => _store.Find(StateTables.DeadLetters, [key]).Select(DeliveryRecords.ReadDeadLetter).SingleOrDefault();

    /// <summary>Throws a dead letter away.</summary>
    /// <returns>Whether there was one. Completes when it is durable.</returns>
    public async Task<bool> RemoveAsync(string key)
    {
        var changes = new StateChanges();
        var found = Remove(key, changes);
        await _store.CommitAsync(changes);
        return found;
    }

    /// <summary>Throws all dead letters away.</summary>
    /// <returns>How many there were. Completes when that is durable.</returns>
    public async Task<int> RemoveAllAsync()
    {
        var changes = new StateChanges();
        int count;
        lock (_lock)
        {
            foreach (var key in _keys)
            {
                changes.Delete(StateTables.DeadLetters, key);
            }

            count = _keys.Count;
            _keys.Clear();
            _receivers.Clear();
            _of.Clear();
        }

        await _store.CommitAsync(changes);
        return count;
    }

    internal long NextKey => _keys.Max is { } last ? long.Parse(last, NumberStyles.HexNumber, CultureInfo.InvariantCulture) + 1 : 0;

    internal void Add(DeadLetter letter, StateChanges changes)
    {
        DeliveryRecords.Put(letter, changes);
        lock (_lock)
        {
            var ofReceiver = Note(letter);
            while (ofReceiver.Count > Capacity || (ofReceiver.Bytes > MaxBytes && ofReceiver.Count > 1))
            {
                var least = ofReceiver.TryGetExpendable(out var expendable) ? expendable : _keys.First(key => _receivers[key] == letter.Entry.Integration);
                changes.Delete(StateTables.DeadLetters, least);
                Drop(least);
                _metrics.ForgottenDeadLetters.Add(1);
            }
        }
    }

    internal bool Remove(string key, StateChanges changes)
    {
        changes.Delete(StateTables.DeadLetters, key);
        lock (_lock)
        {
            return Drop(key);
        }
    }

    private FairShare<string> Note(DeadLetter letter)
    {
        var (key, receiver) = (letter.Entry.Key, letter.Entry.Integration);
        var ofReceiver = _of.TryGetValue(receiver, out var known) ? known : _of[receiver] = new FairShare<string>();
        _keys.Add(key);
        _receivers[key] = receiver;
        ofReceiver.Put(key, Claim.Of(letter.Entry.Notification.Alerts));
        return ofReceiver;
    }

    private bool Drop(string key)
    {
        if (_receivers.Remove(key, out var receiver))
        {
            _of[receiver].Remove(key);
        }

        return _keys.Remove(key);
    }
}
