namespace AuditWatch.Monitoring;

/// <summary>How long sources may be silent or late before an alert says so, which clusters are expected, and how often to say that the service is alive. Immutable.</summary>
public sealed record WatchSettings
{
    /// <summary>How long a source may be silent by default: 10 minutes.</summary>
    public static readonly TimeSpan DefaultSilentAfter = TimeSpan.FromMinutes(10);

    /// <summary>How long a source may be silent; zero for as long as it likes. Default: 10 minutes.</summary>
    public TimeSpan SilentAfter { get; init; } = DefaultSilentAfter;

    /// <summary>The same for single sources, by name: <c>webhook</c>, or the path of a file.</summary>
    public IReadOnlyDictionary<string, TimeSpan> SilentAfterBySource { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>The clusters that are expected to send events: one that never does is as silent as one that has stopped, and others are reported. Default: none, whatever comes is welcome.</summary>
    public IReadOnlyList<string> Clusters { get; init; } = [];

    /// <summary>How long after it happened an event may arrive. Default: as long as correlations wait, 5 minutes.</summary>
    public TimeSpan LateAfter { get; init; } = Correlation.Correlator.DefaultLateness;

    /// <summary>How often to say that the service is alive; null, the default, for never.</summary>
    public TimeSpan? Heartbeat { get; init; }

    internal TimeSpan SilentAfterOf(string source) => SilentAfterBySource.TryGetValue(source, out var own) ? own : SilentAfter;
}
