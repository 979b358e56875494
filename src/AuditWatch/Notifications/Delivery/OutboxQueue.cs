using System.Diagnostics.CodeAnalysis;
using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Delivery;

/// <summary>
/// What waits for one integration. Each actor's notifications go in the order they became due, and those of all actors take turns, so that nobody waits for the end of another's flood: an entry's turn
/// is one after that of the same actor's entry before it, or after the one that was taken last (start-time fair queueing, Goyal, Vin and Cheng 1996). An entry can be taken once the commits that it is
/// part of are durable: nobody is told of what a crash could undo. What is for people goes by level before that, the most severe first. Thread-safe.
/// </summary>
/// <param name="replaces">Whether it is for people: they need the most severe first, and of a conversation the latest only, which takes the place of one that still waits.</param>
internal sealed class OutboxQueue(bool replaces)
{
    // So many turns are remembered at least; of more, those that are over are forgotten, each time that there are twice as many as were left.
    private const int LeastTurns = 20_000;

    private readonly Lock _lock = new();
    private readonly SortedSet<Waiting> _waiting = new(Comparer<Waiting>.Create((a, b) => a.Level != b.Level ? b.Level.CompareTo(a.Level) : a.Turn != b.Turn ? a.Turn.CompareTo(b.Turn) : a.Number.CompareTo(b.Number)));
    private readonly FairShare<Waiting> _shares = new();
    private readonly Dictionary<string, long> _turns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Waiting> _replaceable = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (StormRoom Room, Func<Notification, bool> IsFree, TaskCompletionSource Came)? _arrival;
    private int _mostTurns = LeastTurns;
    private long _turn;
    private long _next;

    /// <summary>How many entries wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Whether an entry can be taken.</summary>
    public bool CanDequeue
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Min is { Commits: 0 };
            }
        }
    }

    /// <summary>Adds an entry that is not to be taken yet.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="create">Makes an entry of it.</param>
    /// <param name="isNews">Whether it is newer than whatever waits.</param>
    /// <returns>The entry, in the place of an older one or a new one; <see cref="Release"/> its ticket when it is durable.</returns>
    public (OutboxEntry Entry, object Ticket) Add(Notification notification, Func<Notification, OutboxEntry> create, bool isNews = true)
    {
        lock (_lock)
        {
            if (isNews && notification.Kind is not (NotificationKind.Closed or NotificationKind.Merged) && _replaceable.TryGetValue(notification.GroupKey, out var waiting))
            {
                _waiting.Remove(waiting);
                waiting.Entry = waiting.Entry with { Notification = notification.InsteadOf(waiting.Entry.Notification) };
                waiting.Level = LevelOf(notification);
                _waiting.Add(waiting);
            }
            else
            {
                var before = _replaceable.GetValueOrDefault(notification.GroupKey);
                var level = LevelOf(notification);
                waiting = new Waiting(create(notification), TurnOf(notification), _next++) { Before = before, Level = before?.Level < level ? before.Level : level };
                _waiting.Add(waiting);
                if (notification.Kind is NotificationKind.Closed or NotificationKind.Merged or NotificationKind.Digest || !replaces)
                {
                    _replaceable.Remove(notification.GroupKey);
                }
                else
                {
                    _replaceable[notification.GroupKey] = waiting;
                }
            }

            _shares.Put(waiting, Claim.Of(waiting.Entry.Notification.Alerts));
            waiting.Commits++;
            return (waiting.Entry, waiting);
        }
    }

    /// <summary>Says that the commit of an entry is durable.</summary>
    public void Release(object ticket)
    {
        lock (_lock)
        {
            var waiting = (Waiting)ticket;
            waiting.Commits--;
            _changed.TrySetResult();
            var notification = waiting.Entry.Notification;
            if (_arrival is var (room, isFree, came) && waiting.Commits == 0 && (waiting.Level == Level.Critical || isFree(notification) || room.Has(waiting.Level, StormRoom.ActorOf(notification))))
            {
                came.TrySetResult();
            }
        }
    }

    /// <summary>Completes when an entry can be dequeued.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_waiting.Min is { Commits: 0 })
                {
                    return;
                }

                if (_changed.Task.IsCompleted)
                {
                    _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>Removes and returns the first entries that are durable, at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<OutboxEntry> Dequeue(int limit)
    {
        var taken = new List<OutboxEntry>();
        lock (_lock)
        {
            while (taken.Count < limit && _waiting.Min is { Commits: 0 } first)
            {
                taken.Add(first.Entry);
                Take(first);
            }
        }

        return taken;
    }

    /// <summary>Removes and returns the entry that goes out next by itself: of those that there is room for, which is given to the most severe first, one that is critical, else the oldest.</summary>
    /// <param name="room">The room that there is. It is used up.</param>
    /// <param name="isFree">Whether a notification takes up none.</param>
    /// <param name="heldBack">The highest level of those that there is no room for; null for none.</param>
    /// <param name="arrival">Completes when one comes that there is room for, or that is critical.</param>
    public OutboxEntry? DequeueSingle(StormRoom room, Func<Notification, bool> isFree, out Level? heldBack, out Task arrival)
    {
        heldBack = null;
        lock (_lock)
        {
            Waiting? next = null;
            foreach (var waiting in _waiting.Where(waiting => waiting.Commits == 0))
            {
                var notification = waiting.Entry.Notification;
                var actor = StormRoom.ActorOf(notification);
                if (waiting.Before is { IsTaken: false } || !(isFree(notification) || room.Has(waiting.Level, actor)))
                {
                    heldBack = heldBack > waiting.Level ? heldBack : waiting.Level;
                    continue;
                }

                if (!isFree(notification))
                {
                    room.Take(actor);
                }

                next = next is null || IsEarlier(waiting, next) ? waiting : next;
            }

            if (next is not null)
            {
                Take(next);
            }

            var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _arrival = next is null ? (room, isFree, came) : null;
            arrival = came.Task;
            return next?.Entry;
        }
    }

    /// <summary>Takes out what can be spared best if more waits than there may be, whether it is durable or not.</summary>
    /// <param name="capacity">The most entries.</param>
    /// <param name="maxBytes">The most bytes of all.</param>
    /// <param name="entry">What is not to be delivered.</param>
    public bool TryShed(int capacity, long maxBytes, [NotNullWhen(true)] out OutboxEntry? entry)
    {
        lock (_lock)
        {
            if (_waiting.Count <= capacity && (_shares.Bytes <= maxBytes || _waiting.Count == 1))
            {
                entry = null;
                return false;
            }

            var spared = _shares.TryGetExpendable(out var expendable) ? expendable : _waiting.Min!;
            entry = spared.Entry;
            Remove(spared);
            return true;
        }
    }

    private static bool IsEarlier(Waiting a, Waiting b) => a.Level == Level.Critical != (b.Level == Level.Critical) ? a.Level == Level.Critical : a.Number < b.Number;

    // Programs get everything in turn.
    private Level LevelOf(Notification notification) => replaces ? notification.Alerts.Max(alert => alert.Level) : default;

    private void Take(Waiting waiting)
    {
        _turn = Math.Max(_turn, waiting.Turn);
        Remove(waiting);
    }

    private void Remove(Waiting waiting)
    {
        waiting.IsTaken = true;
        _waiting.Remove(waiting);
        _shares.Remove(waiting);
        if (_replaceable.GetValueOrDefault(waiting.Entry.Notification.GroupKey) == waiting)
        {
            _replaceable.Remove(waiting.Entry.Notification.GroupKey);
        }

        if (_waiting.Count == 0)
        {
            _turns.Clear();
        }

        // What waited behind it may be durable.
        _changed.TrySetResult();
    }

    // A conversation stays in order whosever turn it is.
    private long TurnOf(Notification notification)
    {
        var claim = Claim.Of(notification.Alerts);
        var (actor, conversation) = ($"{claim.Cluster}\n{claim.Actor}", notification.GroupKey);
        if (_turns.Count > _mostTurns)
        {
            foreach (var over in _turns.Where(known => known.Value <= _turn).ToList())
            {
                _turns.Remove(over.Key);
            }

            _mostTurns = Math.Max(LeastTurns, 2 * _turns.Count);
        }

        var turn = Math.Max(Math.Max(_turn, _turns.GetValueOrDefault(actor)) + 1, _turns.GetValueOrDefault(conversation));
        return _turns[conversation] = _turns[actor] = turn;
    }

    private sealed class Waiting(OutboxEntry entry, long turn, long number)
    {
        public OutboxEntry Entry { get; set; } = entry;

        /// <summary>How much it matters; not more than what it follows, so that a conversation stays in order.</summary>
        public Level Level { get; set; }

        /// <summary>What waited of the same conversation when it came; null for nothing.</summary>
        public Waiting? Before { get; init; }

        /// <summary>Whether it waits no more.</summary>
        public bool IsTaken { get; set; }

        public long Turn { get; } = turn;

        public long Number { get; } = number;

        /// <summary>How many commits that it is part of are not durable yet.</summary>
        public int Commits { get; set; }
    }
}
