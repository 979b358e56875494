using System.Net;
using AuditWatch.Alerts;
using AuditWatch.Monitoring;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Routing;
using AuditWatch.Sources.Kafka;
using AuditWatch.Sources.Webhook;
using AuditWatch.State;

namespace AuditWatch.Configuration;

/// <summary>The settings of a service, as read from <c>auditwatch.yaml</c> and validated. Relative paths have been resolved against the file's folder. Immutable.</summary>
public sealed record ServiceConfiguration
{
    /// <summary>The entry of <see cref="Detections"/> that stands for the detections shipped with the executable.</summary>
    public const string Builtin = "builtin";

    /// <summary>How an entry of <see cref="Detections"/> begins that names a filter shipped with the executable: <c>filter:cert-manager</c>.</summary>
    public const string ShippedFilter = "filter:";

    /// <summary>Folders and files to load detections from; <see cref="Builtin"/> loads the shipped ones. Default: empty, which means the shipped ones alone.</summary>
    public IReadOnlyList<string> Detections { get; init; } = [];

    /// <summary>The allowed lateness of correlations: how far, in event time, an event may lie behind the latest one and still be counted. Default: five minutes.</summary>
    public TimeSpan Lateness { get; init; } = Correlation.Correlator.DefaultLateness;

    /// <summary>When to raise alerts about sources that are silent or late, and how often to send a heartbeat.</summary>
    public WatchSettings Watch { get; init; } = new();

    /// <summary>The address and port that the webhook listens on. Default: null, which leaves it to the command line.</summary>
    public IPEndPoint? Webhook { get; init; }

    /// <summary>Whether the webhook may listen beyond loopback without TLS and authentication, because a proxy or a network policy protects it. Default: false.</summary>
    public bool Insecure { get; init; }

    /// <summary>TLS, client authentication and limits of the webhook. Default: no TLS, any client, the default limits.</summary>
    public WebhookOptions WebhookOptions { get; init; } = new();

    /// <summary>Where the page, the API and the metrics are. Default: null, where the webhook is.</summary>
    internal PageListener? Page { get; init; }

    /// <summary>Where probes are answered, besides where the webhook is. Default: null, nowhere else.</summary>
    public IPEndPoint? Probes { get; init; }

    /// <summary>The log files to follow. Default: none.</summary>
    public IReadOnlyList<ConfiguredFile> Files { get; init; } = [];

    /// <summary>The topics of Kafka to read. Default: none.</summary>
    public IReadOnlyList<KafkaOptions> Kafka { get; init; } = [];

    /// <summary>The receivers that <see cref="Route"/> can name, each with its notifiers. Default: none.</summary>
    public IReadOnlyList<Receiver> Receivers { get; init; } = [];

    /// <summary>The root of the routing tree, as in Alertmanager. Null if and only if there are no <see cref="Receivers"/>.</summary>
    public Route? Route { get; init; }

    /// <summary>The named time intervals that routes refer to in order to be active or muted. Default: none.</summary>
    public IReadOnlyList<NamedTimeInterval> TimeIntervals { get; init; } = [];

    /// <summary>The inhibition rules, as in Alertmanager: while a source alert is open, notifications of its target alerts are suppressed. Default: none.</summary>
    public IReadOnlyList<InhibitionRule> Inhibit { get; init; } = [];

    /// <summary>The silences declared in the file. They cannot be expired through the API, only by editing the file. Default: none.</summary>
    public IReadOnlyList<Silence> Silences { get; init; } = [];

    /// <summary>Where the state that survives a restart is stored: a directory or a PostgreSQL database. Default: in memory only.</summary>
    public StateSettings State { get; init; } = new();

    /// <summary>How long an alert must go without a finding to be closed. Default: null, which means the dedup window of its detection.</summary>
    public TimeSpan? ResolveAfter { get; init; }

    /// <summary>The base URL of the service for links in notifications; ends in a slash. Default: null, no links.</summary>
    public Uri? ExternalUrl { get; init; }

    /// <summary>The zone of the times in messages to people. Default: UTC.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>The OpenTelemetry collector that metrics are pushed to. Default: null; they can then only be scraped from <c>/metrics</c>.</summary>
    internal OtlpSettings? Otlp { get; init; }
}

/// <summary>One entry of <c>sources.files</c>: a log file to follow. Immutable.</summary>
/// <param name="Path">The path of the file; it need not exist yet.</param>
/// <param name="Cluster">The name of the cluster that its events come from; empty if the file does not say.</param>
/// <param name="FromStart">Whether to begin at the start of the file, rather than at its end, when no checkpoint is stored. Default: false.</param>
public sealed record ConfiguredFile(string Path, string Cluster, bool FromStart = false);
