using AuditWatch.Events;

namespace AuditWatch.Composites;

/// <summary>
/// Some requests of each account with each value that a story could wait for: where there are several API servers, and where one sends again what was refused, the request that ends a story may arrive
/// before those that begin it. Those of one account with one value are alike, and the more frequent they are, the fewer are kept: they come again once the story waits. In memory only, as bytes in a ring
/// that is allocated once; what one account may put into it in a minute is limited, and more is left out. Not thread-safe.
/// </summary>
internal sealed class RecentRequests
{
    /// <summary>The bytes of all requests.</summary>
    public const int Capacity = 1 << 18;

    /// <summary>The most bytes of one account in a minute, and of one request: a quarter of the ring.</summary>
    public const int MaxOfAccount = Capacity / 4;

    // The first ones that are alike in a minute are all kept; after that the next must be so many seconds later as have been kept.
    private const int FirstAlike = 8;

    // A power of two. Those whose hashes share a slot are counted anew more often than they should.
    private const int Slots = 1 << 10;

    private readonly byte[] _ring = GC.AllocateUninitializedArray<byte>(Capacity);
    private readonly Queue<Kept> _kept = [];
    private readonly Tally[] _alike = new Tally[Slots];
    private readonly Tally[] _accounts = new Tally[Slots];
    private int _end;

    /// <summary>Whether it keeps a request.</summary>
    /// <param name="account">A hash of the cluster and the account.</param>
    /// <param name="value">A hash of the value.</param>
    /// <param name="time">When, in ticks of UTC.</param>
    public bool Wants(int account, int value, long time)
    {
        ref readonly var alike = ref Tally.Of(_alike, HashCode.Combine(account, value), time);
        return (alike.Count < FirstAlike || time - alike.Last >= alike.Count * TimeSpan.TicksPerSecond) && Tally.Of(_accounts, account, time).Count < MaxOfAccount;
    }

    /// <summary>Keeps a request that it <see cref="Wants"/>, unless it is too long.</summary>
    /// <param name="account">The hash of the cluster and the account.</param>
    /// <param name="value">The hash of the value.</param>
    /// <param name="time">When, in ticks of UTC.</param>
    /// <param name="auditEvent">The request.</param>
    public void Add(int account, int value, long time, AuditEvent auditEvent)
    {
        var text = auditEvent.Json;
        Tally.Of(_alike, HashCode.Combine(account, value), time).Add(1, time);
        Tally.Of(_accounts, account, time).Add(text.Length, time);
        if (text.Length > MaxOfAccount)
        {
            return;
        }

        if (_end + text.Length > Capacity)
        {
            Drop(_end, Capacity);
            _end = 0;
        }

        Drop(_end, _end + text.Length);
        text.CopyTo(_ring.AsSpan(_end));
        _kept.Enqueue(new Kept(auditEvent.Origin, value, _end, text.Length));
        _end += text.Length;
    }

    /// <summary>Those of a cluster with a value, and perhaps some with another that has the same hash, each as a batch of its own, which is disposed of before the next.</summary>
    public IEnumerable<EventBatch> Find(string cluster, int value)
    {
        foreach (var kept in _kept.Where(kept => kept.Value == value && kept.Origin.Cluster == cluster))
        {
            using var batch = new EventBatch(kept.Origin, DateTimeOffset.UnixEpoch, kept.Length);
            batch.Append(_ring.AsSpan(kept.Start, kept.Length));
            new AuditEventReader(kept.Origin.Source).Read(batch, isFinal: true);
            yield return batch;
        }
    }

    // What is overwritten is the oldest, and so the first.
    private void Drop(int start, int end)
    {
        while (_kept.TryPeek(out var oldest) && oldest.Start < end && oldest.Start + oldest.Length > start)
        {
            _kept.Dequeue();
        }
    }

    private readonly record struct Kept(EventOrigin Origin, int Value, int Start, int Length);

    /// <summary>How much there was of something in a minute of event time.</summary>
    private struct Tally
    {
        private int _of;
        private long _minute;

        public int Count { get; private set; }

        public long Last { get; private set; }

        public static ref Tally Of(Tally[] tallies, int of, long time)
        {
            ref var tally = ref tallies[of & (Slots - 1)];
            var minute = time / TimeSpan.TicksPerMinute;
            if (tally._of != of || tally._minute != minute)
            {
                tally = new Tally { _of = of, _minute = minute };
            }

            return ref tally;
        }

        public void Add(int count, long time)
        {
            Count += count;
            Last = time;
        }
    }
}
