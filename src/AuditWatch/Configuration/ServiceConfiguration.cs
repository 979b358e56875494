using System.Net;
using AuditWatch.Alerts;
using AuditWatch.Monitoring;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Routing;
using AuditWatch.Sources.Webhook;
using AuditWatch.State;

namespace AuditWatch.Configuration;

/// <summary>What <c>auditwatch.yaml</c> says. Paths are as they are to be opened: relative ones have been resolved against the file's folder. Immutable.</summary>
public sealed record ServiceConfiguration
{
    /// <summary>The word that names the detections shipped with the executable.</summary>
    public const string Builtin = "builtin";

    /// <summary>The folders or files of detections, <see cref="Builtin"/> among them if the shipped ones run, too; empty for the shipped ones alone.</summary>
    public IReadOnlyList<string> Detections { get; init; } = [];

    /// <summary>How far behind others, in event time, an event may arrive and still be added up by correlations. Default: five minutes.</summary>
    public TimeSpan Lateness { get; init; } = Correlation.Correlator.DefaultLateness;

    /// <summary>After which time silence and lateness of sources are worth an alert.</summary>
    public WatchSettings Watch { get; init; } = new();

    /// <summary>Where the webhook listens; null if the file does not say.</summary>
    public IPEndPoint? Webhook { get; init; }

    /// <summary>Whether the webhook may listen beyond loopback, because something else protects it. Default: false.</summary>
    public bool Insecure { get; init; }

    /// <summary>Whom the webhook listens to, and what it takes at most.</summary>
    public WebhookOptions WebhookOptions { get; init; } = new();

    /// <summary>The log files to follow.</summary>
    public IReadOnlyList<ConfiguredFile> Files { get; init; } = [];

    /// <summary>The receivers; none if the file names none.</summary>
    public IReadOnlyList<Receiver> Receivers { get; init; } = [];

    /// <summary>Which of them are told of which alerts; null if there are none.</summary>
    public Route? Route { get; init; }

    /// <summary>The time intervals that routes name.</summary>
    public IReadOnlyList<NamedTimeInterval> TimeIntervals { get; init; } = [];

    /// <summary>Which open alerts keep which others from being told of.</summary>
    public IReadOnlyList<InhibitionRule> Inhibit { get; init; } = [];

    /// <summary>The silences that nobody can end but whoever writes the file.</summary>
    public IReadOnlyList<Silence> Silences { get; init; } = [];

    /// <summary>Where what has to survive a restart is kept.</summary>
    public StateSettings State { get; init; } = new();

    /// <summary>After how long without a finding an alert is closed; null for the dedup window of its detection.</summary>
    public TimeSpan? ResolveAfter { get; init; }

    /// <summary>Where people find the service, ending in a slash; null if the file does not say.</summary>
    public Uri? ExternalUrl { get; init; }

    /// <summary>Where metrics are sent; null if they are only there to be fetched.</summary>
    public OtlpSettings? Otlp { get; init; }
}

/// <summary>A log file to follow.</summary>
/// <param name="Path">Where it is; it need not exist yet.</param>
/// <param name="Cluster">The cluster its events are about; empty where nobody said.</param>
/// <param name="FromStart">Whether to read what it holds when it is followed for the first time. Default: false.</param>
public sealed record ConfiguredFile(string Path, string Cluster, bool FromStart = false);
