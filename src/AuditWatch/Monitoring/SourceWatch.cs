using System.Diagnostics.Metrics;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.State;
using AuditWatch.Telemetry;

namespace AuditWatch.Monitoring;

/// <summary>
/// Watches the watcher: which source, of which cluster, has spoken when, and how late. A source that has spoken once and then says nothing, events
/// that come too late, clusters that nobody expects, and, if asked for, that the service itself is alive, become findings. What is expected is watched before it has spoken. It is long for one class because
/// all of it reads and changes one table of sources. Thread-safe.
/// </summary>
internal sealed class SourceWatch
{
    /// <summary>The most sources and clusters that are watched; further ones are not.</summary>
    public const int Capacity = 10_000;

    /// <summary>How a source is called of which only the cluster is known, until that speaks.</summary>
    public const string AnySource = "any source";

    /// <summary>How a cluster is called of a source that says itself which its events are of, until it speaks.</summary>
    public const string AnyCluster = "any cluster";

    /// <summary>The most clusters that are reported as unexpected; whoever posts can name any number of them.</summary>
    public const int MostUnexpected = 100;

    private readonly WatchSettings _settings;
    private readonly TimeProvider _time;
    private readonly EventCounts _counts;
    private readonly Histogram<double> _lag;
    private readonly Dictionary<(string Source, string Cluster), Watched> _sources = [];
    private readonly Lock _lock = new();
    private readonly HashSet<string> _unexpected = new(StringComparer.Ordinal);
    private readonly HashSet<string> _expected = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ofAnyCluster = new(StringComparer.Ordinal);
    private DateTimeOffset? _lastBeat;

    /// <summary>A watch that knows no source yet.</summary>
    /// <param name="settings">After which time what is worth an alert.</param>
    /// <param name="time">The time.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    internal SourceWatch(WatchSettings settings, TimeProvider time, ServiceMetrics? metrics = null)
    {
        (_settings, _time) = (settings, time);
        _expected.UnionWith(settings.Clusters);
        var instruments = (metrics ?? ServiceMetrics.Shared).Monitoring;
        (_counts, _lag) = (new EventCounts(instruments.EventsByOutcome), instruments.Lag);
        instruments.MeasureLastEvents(() => Sources.Select(one => new Measurement<double>(
            one.SpokeAt?.ToUnixTimeMilliseconds() / 1_000.0 ?? 0, new("source", one.Source), new KeyValuePair<string, object?>("cluster", one.Cluster))));
    }

    /// <summary>Watches sources that have to speak, whether they ever have or not, and the clusters that the settings name. To be called after <see cref="Restore"/>.</summary>
    /// <param name="sources">The sources, each with its cluster; null for those whose events say themselves which they are of.</param>
    public void Expect(IEnumerable<(string Source, string? Cluster)> sources)
    {
        lock (_lock)
        {
            foreach (var (source, cluster) in sources)
            {
                if (cluster is not null)
                {
                    Await(source, cluster).IsConfigured = true;
                    _expected.Add(cluster);
                }
                else if (_ofAnyCluster.Add(source) && !_sources.Keys.Any(known => known.Source == source))
                {
                    Await(source, AnyCluster);
                }
            }

            foreach (var cluster in _settings.Clusters.Where(cluster => !_sources.Keys.Any(known => known.Cluster == cluster)))
            {
                Await(AnySource, cluster);
            }
        }
    }

    /// <summary>Takes back which sources have spoken before a restart. They have the usual time to speak again.</summary>
    public void Restore(IStateStore store)
    {
        var now = _time.GetUtcNow();
        foreach (var record in SourceRecord.Load(store))
        {
            // After a clock has been set back it may be later than now.
            var spokeAt = record.LastAt is { } last && last < now ? last : now;
            _sources[(record.Source, record.Cluster)] = new Watched { FirstSpokeAt = record.FirstAt, SpokeAt = spokeAt, Since = now };
        }
    }

    /// <summary>A batch has arrived.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="changes">Takes what is to be committed with it.</param>
    /// <returns>What is wrong, and what is right again.</returns>
    public WatchReport See(EventBatch batch, StateChanges changes)
    {
        var (source, cluster, now) = (batch.Origin.Source, batch.Origin.Cluster, _time.GetUtcNow());
        if (batch.Count == 0)
        {
            CountRejected(source, cluster, batch.RejectedCount);
            return WatchReport.Nothing;
        }

        _counts.Add(batch);
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

            foreach (var placeholder in new[] { (AnySource, cluster), (source, AnyCluster) })
            {
                if (_sources.Remove(placeholder, out var any) && any.IsSilent)
                {
                    over.Add(Make(WatchRules.Silent, placeholder.Item1, placeholder.Item2, TimeSpan.Zero));
                }
            }

            watched.Lag = lag;
            watched.Rejected += batch.RejectedCount;
            watched.FirstSpokeAt = watched.SpokeAt is null ? now : watched.FirstSpokeAt;
            new SourceRecord(source, cluster, now, watched.FirstSpokeAt).Save(changes);
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

    /// <summary>Watches a source no longer, until it speaks again: it is gone.</summary>
    /// <param name="id">Its <see cref="WatchedSource.Id"/>.</param>
    /// <param name="changes">Takes what is to be committed.</param>
    /// <param name="problem">Why it cannot be forgotten, for a person; null if it is.</param>
    /// <returns>What may have been wrong with it, and does not matter any more.</returns>
    public IReadOnlyList<Finding> Forget(string id, StateChanges changes, out string? problem)
    {
        lock (_lock)
        {
            var (source, cluster) = _sources.Keys.FirstOrDefault(known => new WatchedSource(known.Source, known.Cluster, null, IsSilent: false, IsLate: false).Id == id);
            problem = source is null ? $"there is no source '{id}'" : WhyNeeded(source, cluster);
            if (source is null || problem is not null)
            {
                return [];
            }

            _sources.Remove((source, cluster));
            changes.Delete(StateTables.Sources, SourceRecord.KeyOf(source, cluster));
            if (!_sources.Keys.Any(known => known.Cluster == cluster))
            {
                _unexpected.Remove(cluster);
            }

            return [.. new[] { WatchRules.Silent, WatchRules.Late, WatchRules.Unexpected }.Select(rule => Make(rule, source, cluster, TimeSpan.Zero))];
        }
    }

    /// <summary>Every source and cluster that has spoken or is expected to, in order.</summary>
    public IReadOnlyList<WatchedSource> Sources
    {
        get
        {
            lock (_lock)
            {
                return [.. _sources
                    .Select(pair => new WatchedSource(pair.Key.Source, pair.Key.Cluster, pair.Value.SpokeAt, pair.Value.IsSilent, pair.Value.IsLate)
                    {
                        FirstSpokeAt = pair.Value.FirstSpokeAt,
                        Lag = pair.Value.Lag,
                        Rejected = pair.Value.Rejected,
                        IsExpected = !IsUnexpected(pair.Key.Cluster),
                    })
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

    private Watched Await(string source, string cluster) =>
        _sources.TryGetValue((source, cluster), out var known) ? known : _sources[(source, cluster)] = new Watched { Since = _time.GetUtcNow() };

    private void CountRejected(string source, string cluster, long count)
    {
        lock (_lock)
        {
            if (count > 0 && _sources.TryGetValue((source, cluster), out var watched))
            {
                watched.Rejected += count;
            }
        }
    }

    private string? WhyNeeded(string source, string cluster) =>
        _sources[(source, cluster)].IsConfigured || (_ofAnyCluster.Contains(source) && !_sources.Keys.Any(known => known.Source == source && known.Cluster != cluster))
            ? $"the configuration names '{source}': take it out of 'sources' there, and restart the service"
        : _settings.Clusters.Contains(cluster, StringComparer.Ordinal) && !_sources.Keys.Any(known => known.Source != source && known.Cluster == cluster)
            ? $"the configuration expects the cluster '{cluster}', for which nothing else speaks: take it out of 'watch.clusters' there, and restart the service"
        : null;

    // Events without a cluster are of whatever cluster the service is for; that of a file or topic is named there, if not among the clusters.
    private bool IsUnexpected(string cluster) => _settings.Clusters.Count > 0 && cluster.Length > 0 && cluster != AnyCluster && !_expected.Contains(cluster);

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
}
