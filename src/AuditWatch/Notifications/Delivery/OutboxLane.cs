using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Delivery;

/// <summary>
/// A queue of outbox entries in which actors take turns, so that nobody waits for the end of another's flood: the entries of one actor keep their order, and an entry's turn is one after that of the same actor's entry before it, or
/// after the one that was taken last (start-time fair queueing, Goyal, Vin and Cheng 1996). What is more severe goes first. Not thread-safe.
/// </summary>
internal sealed class OutboxLane
{
    // So many turns are remembered at least; of more, those that are over are forgotten, each time that there are twice as many as were left.
    private const int LeastTurns = 20_000;

    private readonly SortedSet<Waiting> _waiting = new(Comparer<Waiting>.Create((a, b) => a.Level != b.Level ? b.Level.CompareTo(a.Level) : a.Turn != b.Turn ? a.Turn.CompareTo(b.Turn) : a.Number.CompareTo(b.Number)));
    private readonly Dictionary<string, long> _turns = new(StringComparer.Ordinal);
    private int _mostTurns = LeastTurns;
    private long _turn;

    /// <summary>All of them, in their order.</summary>
    public IReadOnlyCollection<Waiting> All => _waiting;

    /// <summary>The first; null if there is none.</summary>
    public Waiting? First => _waiting.Min;

    /// <summary>Puts an entry behind what its actor and its conversation have here.</summary>
    public void Add(Waiting waiting)
    {
        waiting.Lane = this;
        waiting.Turn = TurnOf(waiting.Entry.Notification);
        _waiting.Add(waiting);
    }

    /// <summary>Changes how severe an entry is, which keeps its turn.</summary>
    public void Change(Waiting waiting, Level level)
    {
        _waiting.Remove(waiting);
        waiting.Level = level;
        _waiting.Add(waiting);
    }

    /// <summary>It is an entry's turn: those that come take theirs after it.</summary>
    public void Advance(Waiting waiting) => _turn = Math.Max(_turn, waiting.Turn);

    /// <summary>Removes an entry.</summary>
    public void Remove(Waiting waiting)
    {
        _waiting.Remove(waiting);
        if (_waiting.Count == 0)
        {
            _turns.Clear();
        }
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

    /// <summary>An entry that waits.</summary>
    public sealed class Waiting(OutboxEntry entry, long number)
    {
        /// <summary>The entry.</summary>
        public OutboxEntry Entry { get; set; } = entry;

        /// <summary>How much it matters; not more than what it follows, so that a conversation stays in order.</summary>
        public Level Level { get; set; }

        /// <summary>What waited of the same conversation when it came; null for nothing.</summary>
        public Waiting? Before { get; set; }

        /// <summary>Whether it waits no more.</summary>
        public bool IsTaken { get; set; }

        /// <summary>Where it waits.</summary>
        public OutboxLane Lane { get; set; } = null!;

        /// <summary>When it is its turn there.</summary>
        public long Turn { get; set; }

        /// <summary>Which one it is of all.</summary>
        public long Number { get; } = number;

        /// <summary>How many commits that it is part of are not durable yet.</summary>
        public int Commits { get; set; }
    }
}
