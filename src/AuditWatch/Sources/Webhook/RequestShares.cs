namespace AuditWatch.Sources.Webhook;

/// <summary>
/// Who may have how many requests under way, so that nobody has them all: a client may have three times as many as there is room left for, and of those a cluster of a client that speaks for several three times as many as
/// it leaves to the client's others. So one client has three quarters at most, and less the more others ask for. (Dynamic thresholds: Choudhury and Hahne, IEEE/ACM Transactions on Networking 6, 1998.)
/// What somebody was let in with is not taken back, so whoever comes to find others in their way has an equal part nevertheless, up to twice as many of all together. Not thread-safe.
/// </summary>
/// <param name="most">The most requests of all together that are let in for what is left, at least 1.</param>
internal sealed class RequestShares(int most)
{
    private const int OfWhatIsLeft = 3;

    private readonly Dictionary<string, int> _ofClient = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Client, string Cluster), int> _ofCluster = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Counts a request, if it is within its share.</summary>
    /// <param name="client">Who sends it.</param>
    /// <param name="cluster">The cluster that it is for; null if the client speaks for one alone.</param>
    public bool TryAdd(string client, string? cluster)
    {
        var own = _ofClient.GetValueOrDefault(client);
        if ((own >= OfWhatIsLeft * (most - Count) && !IsOwed(client, own)) || (cluster is not null && _ofCluster.GetValueOrDefault((client, cluster)) >= OfWhatIsLeft * (MostOfClient - own)))
        {
            return false;
        }

        Count++;
        _ofClient[client] = own + 1;
        if (cluster is not null)
        {
            _ofCluster[(client, cluster)] = _ofCluster.GetValueOrDefault((client, cluster)) + 1;
        }

        return true;
    }

    /// <summary>Counts it no more.</summary>
    public void Remove(string client, string? cluster)
    {
        Count--;
        Lower(_ofClient, client);
        if (cluster is not null)
        {
            Lower(_ofCluster, (client, cluster));
        }
    }

    private int MostOfClient => Math.Max(1, most * OfWhatIsLeft / (OfWhatIsLeft + 1));

    private bool IsOwed(string client, int own)
    {
        var others = _ofClient.Count - (own > 0 ? 1 : 0);
        return others > 0 && own < most / (others + 1) && Count < 2 * most;
    }

    private static void Lower<T>(Dictionary<T, int> counts, T key) where T : notnull
    {
        if (--counts[key] == 0)
        {
            counts.Remove(key);
        }
    }
}
