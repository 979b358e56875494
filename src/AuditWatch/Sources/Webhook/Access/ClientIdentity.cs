namespace AuditWatch.Sources.Webhook.Access;

/// <summary>Whom a request comes from, as far as it matters: the clusters that it may speak for.</summary>
/// <param name="Clusters">The clusters; none for any.</param>
internal sealed record ClientIdentity(IReadOnlyList<string> Clusters)
{
    /// <summary>May speak for any cluster.</summary>
    public static readonly ClientIdentity OfAnyCluster = new([]);

    /// <summary>The cluster that events belong to which were sent for <paramref name="named"/>, empty if the request names none; null if the client may not speak for it.</summary>
    public string? ClusterFor(string named)
    {
        if (Clusters.Count == 0)
        {
            return named;
        }

        // Whoever can only mean one cluster need not name it; whoever could mean several must.
        return named.Length == 0 && Clusters.Count == 1 ? Clusters[0]
            : Clusters.Contains(named, StringComparer.Ordinal) ? named
            : null;
    }
}
