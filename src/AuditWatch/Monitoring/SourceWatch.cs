using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.State;
using AuditWatch.Telemetry;

namespace AuditWatch.Monitoring;

/// <summary>
/// Watches the watcher: which source, of which cluster, has spoken when, and how late. A source that has spoken once and then says nothing, events
/// that come too late, clusters that nobody expects, and, if asked for, that the service itself is alive, become findings. What is expected is watched before it has spoken. Thread-safe.
/// </summary>
internal sealed class SourceWatch
{
    /// <summary>The most sources and clusters that are watched; further ones are not.</summary>
    public const int Capacity = 10_000;

    /// <summary>How long a source that begins with events of the past has to catch up.</summary>
    public static readonly TimeSpan CatchingUp = TimeSpan.FromMinutes(10);

    /// <summary>How a source is called of which only the cluster is known, until that speaks.</summary>
    public const string AnySource = "any source";

    /// <summary>The most clusters that are reported as unexpected; whoever posts can name any number of them.</summary>
    public const int MostUnexpected = 100;

    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private readonly WatchSettings _settings;
    private readonly TimeProvider _time;
    private readonly EventCounts _counts;
    private readonly Histogram<double> _lag;
    private readonly Dictionary<(string Source, string Cluster), Watched> _sources = [];
    private readonly Lock _lock = new();
    private readonly HashSet<string> _unexpected = new(StringComparer.Ordinal);
    private DateTimeOffset? _lastBeat;

    /// <summary>A watch that knows no source yet.</summary>
    /// <param name="settings">After which time what is worth an alert.</param>
    /// <param name="time">The time.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    internal SourceWatch(WatchSettings settings, TimeProvider time, ServiceMetrics? metrics = null)
    {
        (_settings, _time) = (settings, time);
        var instruments = (metrics ?? ServiceMetrics.Shared).Monitoring;
        (_counts, _lag) = (new EventCounts(instruments.EventsByOutcome), instruments.Lag);
        instruments.MeasureLastEvents(() => Sources.Select(one => new Measurement<double>(
            one.SpokeAt?.ToUnixTimeMilliseconds() / 1_000.0 ?? 0, new("source", one.Source), new KeyValuePair<string, object?>("cluster", one.Cluster))));
    }

    /// <summary>Watches sources that have to speak, whether they ever have or not, and the clusters that the settings name.</summary>
    /// <param name="sources">The sources, each with its cluster.</param>
    public void Expect(IEnumerable<(string Source, string Cluster)> sources)
    {
        lock (_lock)
        {
            foreach (var source in sources)
            {
                _ = _sources.TryAdd(source, new Watched { Since = _time.GetUtcNow() });
            }

            foreach (var cluster in _settings.Clusters.Where(cluster => !_sources.Keys.Any(known => known.Cluster == cluster)))
            {
                _sources[(AnySource, cluster)] = new Watched { Since = _time.GetUtcNow() };
            }
        }
    }

    /// <summary>Takes back which sources have spoken before a restart. They have the usual time to speak again.</summary>
    public void Restore(IStateStore store)
    {
        foreach (var row in store.Read(StateTables.Sources))
        {
            // Versions before have not kept when.
            var now = _time.GetUtcNow();
            if (Encoding.UTF8.GetString(row.Bytes("value").Span).Split('\n') is [var source, var cluster, .. var when])
            {
                var spokeAt = when is [var text] && long.TryParse(text, CultureInfo.InvariantCulture, out var milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : now;
                _sources[(source, cluster)] = new Watched { SpokeAt = spokeAt, Since = now, KeptAt = spokeAt };
            }
        }
    }

    /// <summary>A batch has arrived.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="changes">Takes what is to be committed with it.</param>
    /// <returns>What is wrong, and what is right again.</returns>
    public WatchReport See(EventBatch batch, StateChanges changes)
    {
        if (batch.Count == 0)
        {
            return WatchReport.Nothing;
        }

        _counts.Add(batch);
        var (source, cluster, now) = (batch.Origin.Source, batch.Origin.Cluster, _time.GetUtcNow());
        var lag = batch.ReceivedAt - StageTimeOf(batch[^1], batch.ReceivedAt);
        _lag.Record(lag.TotalSeconds, new("source", source), new("cluster", cluster));
        lock (_lock)
        {
            if (!_sources.TryGetValue((source, cluster), out var watched))
            {
                if (_sources.Count >= Capacity)
                {
                    return WatchReport.Nothing;
                }

                _sources[(source, cluster)] = watched = new Watched();
            }

            var found = new List<Finding>();
            var over = new List<Finding>();
            if (watched.SpokeAt is null && IsUnexpected(cluster) && _unexpected.Count < MostUnexpected && _unexpected.Add(cluster))
            {
                found.Add(Make(WatchRules.Unexpected, source, cluster, TimeSpan.Zero));
            }

            if (_sources.Remove((AnySource, cluster), out var any) && any.IsSilent)
            {
                over.Add(Make(WatchRules.Silent, AnySource, cluster, TimeSpan.Zero));
            }

            if (now - watched.KeptAt >= Freshness)
            {
                watched.KeptAt = now;
                changes.Put(StateTables.Sources, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{cluster}"))), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{source}\n{cluster}\n{now.ToUnixTimeMilliseconds()}")));
            }

            watched.SpokeAt = watched.Since = now;
            if (watched.IsSilent)
            {
                watched.IsSilent = false;
                over.Add(Make(WatchRules.Silent, source, cluster, TimeSpan.Zero));
            }

            var isLate = watched.IsLateAt(now, lag > _settings.LateAfter);
            if (isLate != watched.IsLate)
            {
                watched.IsLate = isLate;
                (isLate ? found : over).Add(Make(WatchRules.Late, source, cluster, lag));
            }

            return new WatchReport(found, over);
        }
    }

    /// <summary>Time has passed.</summary>
    /// <returns>What is wrong.</returns>
    public WatchReport Check()
    {
        var now = _time.GetUtcNow();
        var found = new List<Finding>();
        lock (_lock)
        {
            foreach (var ((source, cluster), watched) in _sources)
            {
                // A cluster that is not expected may be a mistyped address: nobody has to hear that it speaks no more.
                if (!watched.IsSilent && !IsUnexpected(cluster) && _settings.SilentAfterOf(source) is { Ticks: > 0 } limit && now - watched.Since >= limit)
                {
                    watched.IsSilent = true;
                    found.Add(Make(WatchRules.Silent, source, cluster, now - (watched.SpokeAt ?? watched.Since)));
                }
            }

            if (_settings.Heartbeat is { } interval && (_lastBeat is null || now - _lastBeat >= interval))
            {
                _lastBeat = now;
                found.Add(Make(WatchRules.Heartbeat, "", "", TimeSpan.Zero));
            }
        }

        return new WatchReport(found, []);
    }

    /// <summary>Every source and cluster that has spoken or is expected to, in order.</summary>
    public IReadOnlyList<WatchedSource> Sources
    {
        get
        {
            lock (_lock)
            {
                return [.. _sources
                    .Select(pair => new WatchedSource(pair.Key.Source, pair.Key.Cluster, pair.Value.SpokeAt, pair.Value.IsSilent, pair.Value.IsLate))
                    .OrderBy(one => one.Source, StringComparer.Ordinal).ThenBy(one => one.Cluster, StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>The sources and clusters that are silent, as <c>webhook (production)</c>.</summary>
    public IReadOnlyList<string> SilentSources
    {
        get
        {
            lock (_lock)
            {
                return [.. _sources.Where(pair => pair.Value.IsSilent).Select(pair => $"{pair.Key.Source} ({pair.Key.Cluster})").Order(StringComparer.Ordinal)];
            }
        }
    }

    // Events without a cluster are of whatever cluster the service is for.
    private bool IsUnexpected(string cluster) => _settings.Clusters.Count > 0 && cluster.Length > 0 && !_settings.Clusters.Contains(cluster, StringComparer.Ordinal);

    private static DateTimeOffset StageTimeOf(AuditEvent auditEvent, DateTimeOffset otherwise) =>
        Timestamp.TryParse(auditEvent[EventField.StageTimestamp].Bytes, out var stage) ? stage : otherwise;

    private Finding Make(DetectionRule rule, string source, string cluster, TimeSpan duration)
    {
        var now = _time.GetUtcNow();
        return new Finding
        {
            Detection = rule,
            Request = new RequestSnapshot { Time = now },
            Time = now,
            Actor = "",
            Cluster = cluster,
            Summary = rule.Summary
                .Replace("{source}", source, StringComparison.Ordinal)
                .Replace("{cluster}", cluster.Length == 0 ? "without a name" : cluster, StringComparison.Ordinal)
                .Replace("{for}", InWords(duration), StringComparison.Ordinal),
            Dedup = source.Length == 0 ? [] : [new("source", source)],
            Why = [],
        };
    }

    private static string InWords(TimeSpan duration) =>
        duration.TotalHours >= 2 ? $"{(long)duration.TotalHours} hours" : duration.TotalMinutes >= 2 ? $"{(long)duration.TotalMinutes} minutes" : $"{(long)duration.TotalSeconds} seconds";

    private sealed class Watched
    {
        // Null until it has spoken for the first time.
        public DateTimeOffset? SpokeAt { get; set; }

        // What counts as silence: the time since then.
        public DateTimeOffset Since { get; set; }

        public DateTimeOffset KeptAt { get; set; } = DateTimeOffset.MinValue;

        public bool IsSilent { get; set; }

        public bool IsLate { get; set; }

        private bool HasBeenOnTime { get; set; }

        private DateTimeOffset? LateSince { get; set; }

        // What begins with events of the past is being caught up with: that is news only if it goes on.
        public bool IsLateAt(DateTimeOffset now, bool comesLate)
        {
            HasBeenOnTime |= !comesLate;
            LateSince = comesLate ? LateSince ?? now : null;
            return comesLate && (HasBeenOnTime || now - LateSince >= CatchingUp);
        }
    }
}

/// <summary>A source of events, for one cluster.</summary>
/// <param name="Source">The source: <c>webhook</c>, or the path of a file.</param>
/// <param name="Cluster">The cluster; empty for one without a name.</param>
/// <param name="SpokeAt">When its last events arrived, to the minute after a restart; null if it has never spoken.</param>
/// <param name="IsSilent">Whether it has been silent for too long.</param>
/// <param name="IsLate">Whether its events come too late.</param>
internal sealed record WatchedSource(string Source, string Cluster, DateTimeOffset? SpokeAt, bool IsSilent, bool IsLate);

/// <summary>What the watch has to say.</summary>
/// <param name="Found">What is wrong since now.</param>
/// <param name="Over">What was wrong and is right again.</param>
internal sealed record WatchReport(IReadOnlyList<Finding> Found, IReadOnlyList<Finding> Over)
{
    /// <summary>That all is as it was.</summary>
    public static WatchReport Nothing { get; } = new([], []);

    /// <summary>Whether all is as it was.</summary>
    public bool IsEmpty => Found.Count == 0 && Over.Count == 0;
}
