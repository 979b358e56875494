using System.Diagnostics.CodeAnalysis;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using Waiting = AuditWatch.Notifications.Delivery.OutboxLane.Waiting;

namespace AuditWatch.Notifications.Delivery;

/// <summary>
/// What waits for one integration. Actors take turns, so that nobody waits for the end of another's flood (<see cref="OutboxLane"/>). For programs, which get everything, what was denied takes turns with what was not, so that a
/// crowd without rights, however many they are, holds up nobody who has some. What is for people goes by level, the most severe first. An entry can be taken once the commits that it is
/// part of are durable: nobody is told of what a crash could undo. It is long for one class because all of it is one order under one lock. Thread-safe.
/// </summary>
/// <param name="replaces">Whether it is for people: they need the most severe first, and of a conversation the latest only, which takes the place of one that still waits.</param>
internal sealed class OutboxQueue(bool replaces)
{
    private readonly Lock _lock = new();
    private readonly OutboxLane _main = new();
    private readonly OutboxLane _denied = new();
    private readonly FairShare<Waiting> _shares = new();
    private readonly Dictionary<string, Waiting> _latest = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (StormRoom Room, Func<Notification, bool> IsFree, TaskCompletionSource Came)? _arrival;
    private OutboxLane? _takenFrom;
    private long _next;

    /// <summary>How many entries wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _shares.Count;
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
                return Next is not null;
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
            var latest = _latest.GetValueOrDefault(notification.GroupKey);
            var waiting = latest;
            if (replaces && isNews && notification.Kind is not (NotificationKind.Closed or NotificationKind.Merged) && waiting is not null)
            {
                waiting.Entry = waiting.Entry with { Notification = notification.InsteadOf(waiting.Entry.Notification) };
                waiting.Lane.Change(waiting, LevelOf(notification));
            }
            else
            {
                var level = LevelOf(notification);
                waiting = new Waiting(create(notification), _next++) { Before = latest, Level = latest?.Level < level ? latest.Level : level };
                LaneOf(waiting).Add(waiting);
                _latest[notification.GroupKey] = waiting;
                if (replaces && notification.Kind is NotificationKind.Closed or NotificationKind.Merged or NotificationKind.Digest)
                {
                    _latest.Remove(notification.GroupKey);
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
                if (Next is not null)
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
            while (taken.Count < limit && Next is { } first)
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
            foreach (var waiting in _main.All.Where(waiting => waiting.Commits == 0))
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
                    room.Spend(actor);
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
            if (_shares.Count <= capacity && (_shares.Bytes <= maxBytes || _shares.Count == 1))
            {
                entry = null;
                return false;
            }

            var spared = _shares.TryGetExpendable(out var expendable) ? expendable : (_main.First ?? _denied.First)!;
            entry = spared.Entry;
            Remove(spared);
            return true;
        }
    }

    private static bool IsEarlier(Waiting a, Waiting b) => a.Level == Level.Critical != (b.Level == Level.Critical) ? a.Level == Level.Critical : a.Number < b.Number;

    // Programs get everything in turn.
    private Level LevelOf(Notification notification) => replaces ? notification.Alerts.Max(alert => alert.Level) : default;

    // What was not denied first, then the lane that nothing was taken from last.
    private Waiting? Next => _takenFrom == _main
        ? Durable(_denied) ?? Durable(_main)
        : Durable(_main) ?? Durable(_denied);

    private static Waiting? Durable(OutboxLane lane) => lane.First is { Commits: 0 } first ? first : null;

    // A conversation stays in order: one that was denied until now goes on with all that waits of it where it is not held up.
    private OutboxLane LaneOf(Waiting waiting)
    {
        waiting.Before = StillWaiting(waiting.Before);
        if (!replaces && waiting.Entry.Notification.Alerts.All(alert => alert.Requests.Count > 0 && Claim.Of(alert).IsDenied))
        {
            return waiting.Before?.Lane ?? _denied;
        }

        var heldUp = new Stack<Waiting>();
        for (var before = waiting.Before; before is not null && before.Lane == _denied; before = StillWaiting(before.Before))
        {
            heldUp.Push(before);
        }

        foreach (var before in heldUp)
        {
            _denied.Remove(before);
            _main.Add(before);
        }

        return _main;
    }

    private static Waiting? StillWaiting(Waiting? before)
    {
        while (before is { IsTaken: true })
        {
            before = before.Before;
        }

        return before;
    }

    private void Take(Waiting waiting)
    {
        waiting.Lane.Advance(waiting);
        _takenFrom = waiting.Lane;
        Remove(waiting);
    }

    private void Remove(Waiting waiting)
    {
        waiting.IsTaken = true;
        waiting.Lane.Remove(waiting);
        _shares.Remove(waiting);
        if (_latest.GetValueOrDefault(waiting.Entry.Notification.GroupKey) == waiting)
        {
            _latest.Remove(waiting.Entry.Notification.GroupKey);
        }

        // What waited behind it may be durable.
        _changed.TrySetResult();
    }
}
