using AuditWatch.Sharing;

namespace AuditWatch.Alerts;

/// <summary>
/// Chooses what to drop when there is no room left, so that one actor's flood costs others nothing: an item of the actor who has the most, in the cluster that has the most. Of that actor's items, those that
/// were denied go before those that were allowed, mild ones before severe ones, those of a kind that there is much of before rare ones, old ones before new ones. If nobody has much, many actors together fill the room:
/// then an item that was denied goes, of whoever has the most of these; if nobody has more than one, an item of the cluster that has the most. Not thread-safe.
/// </summary>
/// <typeparam name="T">What takes up room.</typeparam>
internal sealed class FairShare<T>
    where T : notnull
{
    // Who has no more than this floods nobody.
    private const int Few = 10;

    private static readonly Comparer<(int Worth, long Number, T Item)> LeastFirst = Comparer<(int Worth, long Number, T Item)>.Create(
        (a, b) => a.Worth != b.Worth ? a.Worth.CompareTo(b.Worth) : a.Number.CompareTo(b.Number));

    private readonly Dictionary<T, (Claim Claim, long Number)> _claims = [];
    private readonly Tally<string> _clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<(int Worth, long Number, T Item)>> _ofCluster = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tally<string>> _actors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tally<string>> _denied = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Cluster, string Actor), Holding> _of = [];
    private long _next;

    /// <summary>How much there is.</summary>
    public int Count => _claims.Count;

    /// <summary>The bytes that all of it takes.</summary>
    public long Bytes { get; private set; }

    /// <summary>What can be spared best; nothing if nobody has more than one and all is of one cluster, and no crowd has been denied.</summary>
    public bool TryGetExpendable(out T expendable)
    {
        expendable = default!;
        if (_clusters.Max is not { } cluster || _actors[cluster.Key].Max is not { } most)
        {
            return false;
        }

        if (most.Count <= Few && _denied.TryGetValue(cluster.Key, out var denied) && denied.Total > most.Count && denied.Max is { } crowd)
        {
            expendable = _of[(cluster.Key, crowd.Key)].Least;
            return true;
        }

        if (most.Count == 1)
        {
            expendable = _ofCluster[cluster.Key].Min.Item;
            return cluster.Count > 1 && cluster.Count < Count;
        }

        expendable = _of[(cluster.Key, most.Key)].Least;
        return true;
    }

    /// <summary>How much an actor has.</summary>
    public int CountOf(string cluster, string actor) => _actors.TryGetValue(cluster, out var actors) ? actors.CountOf(actor) : 0;

    /// <summary>How much of a cluster was denied.</summary>
    public int DeniedOf(string cluster) => _denied.GetValueOrDefault(cluster)?.Total ?? 0;

    /// <summary>What of an actor's own can be spared rather than something new of theirs; nothing if that is worth no more.</summary>
    public bool TryGetLesser(Claim news, out T lesser)
    {
        lesser = default!;
        if (!_of.TryGetValue((news.Cluster, news.Actor), out var own))
        {
            return false;
        }

        var least = _claims[own.Least].Claim;
        if (least.Worth > news.Worth || (least.Worth == news.Worth && own.CountOf(least) <= own.CountOf(news) + 1))
        {
            return false;
        }

        lesser = own.Least;
        return true;
    }

    /// <summary>Takes something in, or notes what it has become.</summary>
    public void Put(T item, Claim claim)
    {
        var isKnown = _claims.TryGetValue(item, out var known);
        if (isKnown && known.Claim with { Bytes = claim.Bytes } == claim)
        {
            // Most changes are only of this: nothing has to find its place anew.
            Bytes += claim.Bytes - known.Claim.Bytes;
            _claims[item] = (claim, known.Number);
            return;
        }

        Remove(item);
        var number = isKnown ? known.Number : _next++;
        _claims[item] = (claim, number);
        Bytes += claim.Bytes;
        _clusters.Add(claim.Cluster, 1);
        (_ofCluster.TryGetValue(claim.Cluster, out var all) ? all : _ofCluster[claim.Cluster] = new(LeastFirst)).Add((claim.Worth, number, item));
        (_actors.TryGetValue(claim.Cluster, out var actors) ? actors : _actors[claim.Cluster] = new(StringComparer.Ordinal)).Add(claim.Actor, 1);
        if (claim.IsDenied)
        {
            (_denied.TryGetValue(claim.Cluster, out var denied) ? denied : _denied[claim.Cluster] = new(StringComparer.Ordinal)).Add(claim.Actor, 1);
        }

        (_of.TryGetValue((claim.Cluster, claim.Actor), out var own) ? own : _of[(claim.Cluster, claim.Actor)] = new()).Add(claim, number, item);
    }

    /// <summary>Removes something.</summary>
    public void Remove(T item)
    {
        if (!_claims.Remove(item, out var known))
        {
            return;
        }

        var claim = known.Claim;
        Bytes -= claim.Bytes;
        _clusters.Add(claim.Cluster, -1);
        _ofCluster[claim.Cluster].Remove((claim.Worth, known.Number, item));
        _actors[claim.Cluster].Add(claim.Actor, -1);
        if (claim.IsDenied)
        {
            _denied[claim.Cluster].Add(claim.Actor, -1);
        }

        _of[(claim.Cluster, claim.Actor)].Remove(claim, known.Number, item);
        if (_actors[claim.Cluster].CountOf(claim.Actor) == 0)
        {
            _of.Remove((claim.Cluster, claim.Actor));
        }

        if (_clusters.CountOf(claim.Cluster) == 0)
        {
            _actors.Remove(claim.Cluster);
            _denied.Remove(claim.Cluster);
            _ofCluster.Remove(claim.Cluster);
        }
    }

    /// <summary>What one actor has.</summary>
    private sealed class Holding
    {
        private readonly SortedSet<(int Worth, long Number, T Item)> _all = new(LeastFirst);
        private readonly Dictionary<long, string> _kinds = [];
        private readonly Dictionary<int, Tally<string>> _alike = [];

        public T Least
        {
            get
            {
                var worth = _all.Min.Worth;
                var kind = _alike[worth].Max!.Value.Key;
                return _all.First(one => _kinds[one.Number] == kind).Item;
            }
        }

        public int CountOf(Claim claim) => _alike.TryGetValue(claim.Worth, out var kinds) ? kinds.CountOf(claim.Kind) : 0;

        public void Add(Claim claim, long number, T item)
        {
            _all.Add((claim.Worth, number, item));
            _kinds[number] = claim.Kind;
            (_alike.TryGetValue(claim.Worth, out var kinds) ? kinds : _alike[claim.Worth] = new(StringComparer.Ordinal)).Add(claim.Kind, 1);
        }

        public void Remove(Claim claim, long number, T item)
        {
            _all.Remove((claim.Worth, number, item));
            _kinds.Remove(number);
            _alike[claim.Worth].Add(claim.Kind, -1);
        }
    }
}
