namespace AuditWatch.Sources.Webhook.Access;

/// <summary>A client, and the clusters for which it may post events. Immutable.</summary>
/// <param name="Name">Who it is, for its <see cref="RequestShares">share</see>; null for anybody, where nobody has to say.</param>
/// <param name="Clusters">The clusters; none for any.</param>
internal sealed record ClientIdentity(string? Name, IReadOnlyList<string> Clusters)
{
    /// <summary>Anybody, for any cluster.</summary>
    public static readonly ClientIdentity Anybody = new(null, []);

    /// <summary>Returns the cluster to attribute events to when the request names <paramref name="named"/> (empty if it names none); null if the client may not post for it.</summary>
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
