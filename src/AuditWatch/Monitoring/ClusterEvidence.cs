using System.Diagnostics.Metrics;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Monitoring;

/// <summary>
/// What the events of each cluster show to be missing for the detections that run. The log hears of it when it begins and when it ends; the
/// gauge <c>auditwatch.evidence.missing</c> has it meanwhile. Thread-safe.
/// </summary>
internal sealed class ClusterEvidence
{
    /// <summary>The most clusters that are watched; further ones are not.</summary>
    public const int Capacity = 1_000;

    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, EvidenceWatch> _watches = new(StringComparer.Ordinal);

    // For how many detections what is missing; 0 if it was, so that the gauge goes back.
    private readonly Dictionary<(string Cluster, string Subject), int> _told = [];
    private DetectionSet? _detections;
    private Task<EvidenceNeeds>? _needs;
    private EvidenceNeeds? _known;

    /// <summary>A watch that has seen nothing.</summary>
    /// <param name="logger">Hears of what is missing.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    internal ClusterEvidence(ILogger<ClusterEvidence> logger, ServiceMetrics? metrics = null)
    {
        _logger = logger;
        (metrics ?? ServiceMetrics.Shared).Monitoring.MeasureMissingEvidence(Measure);
    }

    /// <summary>What is missing in which cluster, by now.</summary>
    public IReadOnlyList<(string Cluster, MissingEvidence Missing)> Missing
    {
        get
        {
            lock (_lock)
            {
                return [.. _watches.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value.Missing.Select(missing => (pair.Key, missing)))];
            }
        }
    }

    /// <summary>Begins to work out what detections need, which the batches meanwhile do not wait for.</summary>
    /// <param name="detections">Those that run from now on.</param>
    /// <returns>Completes when it is known.</returns>
    internal Task Prepare(DetectionSet detections)
    {
        lock (_lock)
        {
            if (detections != _detections)
            {
                _detections = detections;
                _needs = Task.Run(() => EvidenceNeeds.Of(detections));
                _needs.ContinueWith(
                    failed => _logger.LogError(failed.Exception, "What detections need cannot be told: nobody watches whether it is recorded."),
                    CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }

            return _needs!;
        }
    }

    /// <summary>Looks at the events of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="detections">The detections that run.</param>
    internal void See(EventBatch batch, DetectionSet detections)
    {
        lock (_lock)
        {
            if (Prepare(detections) is not Task<EvidenceNeeds> { IsCompletedSuccessfully: true } ready || WatchOf(batch.Origin.Cluster, ready.Result) is not { } watch)
            {
                return;
            }

            var turns = watch.Turns;
            for (var i = 0; i < batch.Count; i++)
            {
                watch.Add(batch[i]);
            }

            if (watch.Turns != turns)
            {
                Tell(batch.Origin.Cluster, watch);
            }
        }
    }

    private EvidenceWatch? WatchOf(string cluster, EvidenceNeeds needs)
    {
        if (needs != _known)
        {
            _known = needs;
            foreach (var (name, before) in _watches.ToList())
            {
                Tell(name, _watches[name] = new EvidenceWatch(needs, before));
            }
        }

        if (!_watches.TryGetValue(cluster, out var watch) && _watches.Count < Capacity)
        {
            _watches[cluster] = watch = new EvidenceWatch(needs);
        }

        return watch;
    }

    private void Tell(string cluster, EvidenceWatch watch)
    {
        var missing = watch.Missing;
        foreach (var one in missing)
        {
            var isNew = _told.GetValueOrDefault((cluster, one.Subject)) == 0;
            _told[(cluster, one.Subject)] = one.Detections.Count;
            if (isNew)
            {
                _logger.LogWarning(
                    "Cluster '{Cluster}' does not record what detections need: {What}. {Detections} see nothing there, or less than they could; 'auditwatch policy check' names the rule of the audit policy.",
                    cluster, one.What, string.Join(", ", one.Detections));
            }
        }

        foreach (var (_, subject) in _told.Where(pair => pair.Key.Cluster == cluster && pair.Value > 0).Select(pair => pair.Key).ToList())
        {
            if (missing.All(one => one.Subject != subject))
            {
                _told[(cluster, subject)] = 0;
                _logger.LogInformation("Cluster '{Cluster}' does not miss {Subject} any more.", cluster, subject);
            }
        }
    }

    private List<Measurement<int>> Measure()
    {
        lock (_lock)
        {
            return [.. _told.Select(pair => new Measurement<int>(pair.Value, new("cluster", pair.Key.Cluster), new("missing", pair.Key.Subject)))];
        }
    }
}
