using AuditWatch.Correlation;
using AuditWatch.Monitoring;
using AuditWatch.Sources;
using AuditWatch.Sources.FileTail;
using AuditWatch.State;

namespace AuditWatch.Processing;

/// <summary>What an <see cref="AuditWatchService"/> is made of. Immutable.</summary>
public sealed record AuditWatchOptions
{
    /// <summary>The folders and files of detections. They are looked at for changes while the service runs.</summary>
    public required IReadOnlyList<string> Detections { get; init; }

    /// <summary>What runs if they cannot be used at the start. Default: null, nothing: the start fails.</summary>
    public DetectionFallback? Fallback { get; init; }

    /// <summary>Where events come from, besides <see cref="Files"/>. Default: nowhere.</summary>
    public IReadOnlyList<IAuditSource> Sources { get; init; } = [];

    /// <summary>The logs to follow, each from where the state says that it has come to. Default: none.</summary>
    public IReadOnlyList<FileTailOptions> Files { get; init; } = [];

    /// <summary>Who is told of which alerts. Default: nobody.</summary>
    public AlertRouting Routing { get; init; } = AlertRouting.To();

    /// <summary>How long an alert must be quiet to be over; null, the default, for as long as its detection's dedup window.</summary>
    public TimeSpan? ResolveAfter { get; init; }

    /// <summary>How far behind others, in event time, an event may arrive and still be added up by correlations. Default: five minutes.</summary>
    public TimeSpan Lateness { get; init; } = Correlator.DefaultLateness;

    /// <summary>After which time silence and lateness of sources are worth an alert.</summary>
    public WatchSettings Watch { get; init; } = new();

    /// <summary>The pod that the service runs in, to recognise its own command line there. Default: null, none.</summary>
    public OwnPod? Pod { get; init; }

    /// <summary>What survives a restart. It stays the caller's, who disposes of it after the service. Default: nothing does.</summary>
    public IStateStore State { get; init; } = new MemoryStateStore();
}
