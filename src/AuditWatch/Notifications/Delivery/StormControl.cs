using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Delivery;

/// <summary>
/// Keeps a storm of alerts from burying people, and noise from using up what they are told of one by one. So many messages a minute go out by themselves (<see cref="StormRoom"/> says which); what there is no
/// room for is collected for a few seconds and goes out as one digest, of which there is at most one a minute. What is critical goes first, and waits for no minute. Not thread-safe.
/// </summary>
/// <param name="perMinute">How many messages a minute may go out by themselves.</param>
/// <param name="time">The clock.</param>
internal sealed class StormControl(int perMinute, TimeProvider time)
{
    /// <summary>How long a digest waits for more to come.</summary>
    public static readonly TimeSpan Collecting = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>How many messages a minute may go out by themselves.</summary>
    public int PerMinute => perMinute;

    private readonly Queue<(DateTimeOffset At, string Actor)> _sent = new();
    private DateTimeOffset? _since;
    private DateTimeOffset? _lastDigest;

    /// <summary>Takes out of a queue what goes out now.</summary>
    /// <param name="queue">What waits.</param>
    /// <param name="isFree">Whether a notification takes up no room.</param>
    public StormStep Next(OutboxQueue queue, Func<Notification, bool> isFree)
    {
        var now = time.GetUtcNow();
        while (_sent.TryPeek(out var oldest) && now - oldest.At >= Minute)
        {
            _sent.Dequeue();
        }

        var single = queue.DequeueSingle(new StormRoom(perMinute, _sent.Select(sent => sent.Actor)), isFree, out var heldBack, out var arrival);
        _since = heldBack is null ? null : _since ?? now;
        if (single is not null)
        {
            if (!isFree(single.Notification))
            {
                _sent.Enqueue((now, StormRoom.ActorOf(single.Notification)));
            }

            return new StormStep([single], TimeSpan.Zero, Task.CompletedTask);
        }

        var digestAt = (_since ?? now) + Collecting;
        if (heldBack != Level.Critical && _lastDigest + Minute is { } next && next > digestAt)
        {
            digestAt = next;
        }

        if (heldBack is not null && now >= digestAt)
        {
            (_lastDigest, _since) = (now, null);
            return new StormStep(queue.Dequeue(int.MaxValue), TimeSpan.Zero, Task.CompletedTask);
        }

        var roomAt = _sent.TryPeek(out var first) ? first.At + Minute : digestAt;
        return new StormStep([], (digestAt < roomAt ? digestAt : roomAt) - now, arrival);
    }
}

/// <summary>What goes out next.</summary>
/// <param name="Taken">One notification, or all that wait, as one; none to wait.</param>
/// <param name="Wait">How long to wait before asking again.</param>
/// <param name="Arrival">Completes earlier, when something comes that need not wait.</param>
internal sealed record StormStep(IReadOnlyList<OutboxEntry> Taken, TimeSpan Wait, Task Arrival);

/// <summary>
/// The room for messages by themselves within a minute. The last quarter of it is for what is critical, the quarter before that for what is at least high, and of what there is for a level one actor gets half: so
/// neither mild alerts nor those of one actor use it up. Not thread-safe.
/// </summary>
internal sealed class StormRoom
{
    private readonly Dictionary<string, int> _of = new(StringComparer.Ordinal);
    private readonly int _perMinute;
    private int _taken;

    /// <summary>The room that is left.</summary>
    /// <param name="perMinute">How many messages there is room for in all.</param>
    /// <param name="sent">Whose messages have gone out within the last minute.</param>
    public StormRoom(int perMinute, IEnumerable<string> sent)
    {
        _perMinute = perMinute;
        foreach (var actor in sent)
        {
            Spend(actor);
        }
    }

    /// <summary>Whether there is none for anything.</summary>
    public bool IsFull => _taken >= _perMinute;

    /// <summary>Whose room a notification takes up.</summary>
    public static string ActorOf(Notification notification)
    {
        var claim = Claim.Of(notification.Alerts);
        return $"{claim.Cluster}\n{claim.Actor}";
    }

    /// <summary>Whether there is room for a message of a level about an actor.</summary>
    public bool Has(Level level, string actor)
    {
        var share = level switch
        {
            Level.Critical => _perMinute,
            Level.High => _perMinute - (_perMinute / 4),
            _ => _perMinute - (_perMinute / 2),
        };
        return _taken < share && _of.GetValueOrDefault(actor) < share - (share / 2);
    }

    /// <summary>Uses up the room for one message about an actor.</summary>
    public void Spend(string actor)
    {
        _taken++;
        _of[actor] = _of.GetValueOrDefault(actor) + 1;
    }
}
