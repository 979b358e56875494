namespace AuditWatch.Monitoring;

/// <summary>A source of events, for one cluster, as it stands.</summary>
/// <param name="Source">The source: <c>webhook</c>, <c>kafka:TOPIC</c>, or the path of a file.</param>
/// <param name="Cluster">The cluster; empty for one without a name.</param>
/// <param name="SpokeAt">When its last events arrived, to the minute after a restart; null if it has never spoken.</param>
/// <param name="IsSilent">Whether it has been silent for too long.</param>
/// <param name="IsLate">Whether its events come too late.</param>
internal sealed record WatchedSource(string Source, string Cluster, DateTimeOffset? SpokeAt, bool IsSilent, bool IsLate)
{
    /// <summary>What people name it by: 16 hexadecimal digits, always the same.</summary>
    public string Id => SourceRecord.KeyOf(Source, Cluster)[..16];

    /// <summary>What it is: webhook, kafka, file, or any for a cluster of which no source has spoken.</summary>
    public string Kind => Source switch
    {
        "webhook" => "webhook",
        SourceWatch.AnySource => "any",
        _ when Source.StartsWith("kafka:", StringComparison.Ordinal) => "kafka",
        _ => "file",
    };

    /// <summary>When its first events arrived; null if it has never spoken, or that was before this was kept.</summary>
    public DateTimeOffset? FirstSpokeAt { get; init; }

    /// <summary>How long after it happened the last event of its latest batch arrived; null if it has not spoken since the start.</summary>
    public TimeSpan? Lag { get; init; }

    /// <summary>How many pieces of its input were no events, since the start.</summary>
    public long Rejected { get; init; }

    /// <summary>Whether nothing speaks against it: the configuration names it, or does not name the clusters that are expected.</summary>
    public bool IsExpected { get; init; } = true;

    /// <summary>How it is, in a word.</summary>
    public string State => !IsExpected ? "unexpected" : IsSilent ? "silent" : IsLate ? "late" : SpokeAt is null ? "awaited" : "speaks";
}
