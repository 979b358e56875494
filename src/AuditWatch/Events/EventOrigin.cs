using System.Text;

namespace AuditWatch.Events;

/// <summary>Where events come from: the values of the fields <c>cluster</c> and <c>source</c> in detections and alerts. Immutable.</summary>
public sealed class EventOrigin
{
    /// <summary>Creates an origin.</summary>
    /// <param name="source">What delivered the events: a file's path, <c>stdin</c> or <c>webhook</c>.</param>
    /// <param name="cluster">The name of the cluster that the events are about; empty if it is not known. Default: empty.</param>
    public EventOrigin(string source, string cluster = "")
    {
        Source = source;
        Cluster = cluster;
        SourceUtf8 = Encoding.UTF8.GetBytes(source);
        ClusterUtf8 = Encoding.UTF8.GetBytes(cluster);
    }

    /// <summary>What delivered the events.</summary>
    public string Source { get; }

    /// <summary>The name of the cluster that the events are about; empty if it is not known.</summary>
    public string Cluster { get; }

    internal byte[] SourceUtf8 { get; }

    internal byte[] ClusterUtf8 { get; }
}
