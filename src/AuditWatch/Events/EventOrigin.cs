using System.Text;

namespace AuditWatch.Events;

/// <summary>Where events come from: the labels <c>cluster</c> and <c>source</c> that detections and alerts see.</summary>
public sealed class EventOrigin
{
    /// <summary>An origin with its two labels.</summary>
    /// <param name="source">What delivered the events: a file's path, <c>stdin</c> or <c>webhook</c>.</param>
    /// <param name="cluster">The cluster they are about; empty where nobody said.</param>
    public EventOrigin(string source, string cluster = "")
    {
        Source = source;
        Cluster = cluster;
        SourceUtf8 = Encoding.UTF8.GetBytes(source);
        ClusterUtf8 = Encoding.UTF8.GetBytes(cluster);
    }

    /// <summary>What delivered the events.</summary>
    public string Source { get; }

    /// <summary>The cluster the events are about; empty where nobody said.</summary>
    public string Cluster { get; }

    internal byte[] SourceUtf8 { get; }

    internal byte[] ClusterUtf8 { get; }
}
