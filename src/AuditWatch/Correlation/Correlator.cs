using AuditWatch.Detection;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Correlation;

/// <summary>
/// Evaluates correlations over findings in sliding windows of event time. When the condition of a correlation becomes true for a group, the correlation
/// fires once with all findings in the window; while the condition stays true, each further finding fires once more, for itself alone. The result depends on event times, not on the order of arrival, as far as nothing is later than the allowed lateness.
/// </summary>
/// <remarks>
/// The watermark is the latest event time seen minus the allowed lateness, as in stream processing: a correlation whose condition later findings could undo
/// is evaluated only when the watermark has passed the end of the window. Memory is bounded; late and evicted findings are counted in
/// <c>auditwatch_correlation_*_total</c>. Not thread-safe.
/// </remarks>
internal sealed class Correlator
{
    /// <summary>The default of the allowed lateness: five minutes.</summary>
    public static readonly TimeSpan DefaultLateness = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, Feed[]> _feeds;
    private readonly HashSet<string> _silent;
    private readonly HashSet<string> _steps;
    private readonly List<Finding> _fired = [];
    private readonly EventFailures _failures;
    private readonly PendingWindows _pending = new();
    private readonly long _lateness;
    private long _latest = DateTimeOffset.MinValue.Ticks;

    /// <summary>Creates a correlator for the correlations of a set.</summary>
    /// <param name="detections">The set.</param>
    /// <param name="lateness">The allowed lateness: how far behind the latest of its group, in event time, a finding may be to count. Default: <see cref="DefaultLateness"/>.</param>
    /// <param name="logger">Logs late and evicted findings, once per correlation. Default: none.</param>
    /// <param name="failures">Receives the findings on which a correlation threw. Default: they are dropped.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    public Correlator(DetectionSet detections, TimeSpan? lateness = null, ILogger<Correlator>? logger = null, EventFailures? failures = null, ServiceMetrics? metrics = null)
    {
        _failures = failures ?? new EventFailures();
        _lateness = (lateness ?? DefaultLateness).Ticks;
        var context = new CorrelationContext(TimeSpan.FromTicks(_lateness), _pending, new CorrelationMetrics((metrics ?? ServiceMetrics.Shared).Correlation, logger ?? NullLogger<Correlator>.Instance));
        CountsFor = TimeSpan.FromTicks(_lateness) + detections.Rules
            .Where(rule => rule.Correlation is not null)
            .Select(rule => rule.Correlation!.Timespan * DepthOf(rule, detections))
            .DefaultIfEmpty().Max();
        var carried = detections.CarriedFields();
        var joined = detections.JoinedFields();
        var referredTo = detections.Rules.Where(rule => rule.Correlation is not null).SelectMany(detections.ReferencedBy).ToHashSet();
        _silent = [.. detections.FeedingOnly().Select(rule => rule.Name)];
        _steps = [.. detections.Rules.Where(rule => rule.Composite is not null).SelectMany(detections.ReferencedBy).Where(rule => rule.Correlation is not null).Select(rule => rule.Name)];
        _feeds = detections.Rules
            .Where(rule => rule.Correlation is not null)
            .SelectMany(rule =>
            {
                var sources = detections.ReferencedBy(rule).ToList();
                var running = new CorrelationRule(rule, sources, [.. carried[rule.Name]], [.. joined[rule.Name]], referredTo.Contains(rule), DepthOf(rule, detections), context);
                return sources.Select((source, index) => (source.Name, Feed: new Feed(running, index)));
            })
            .GroupBy(pair => pair.Name, pair => pair.Feed, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>How long, in event time, a finding can still count in a window: the longest chain of timespans, and the allowed lateness.</summary>
    public TimeSpan CountsFor { get; }

    /// <summary>Whether a correlation counts the findings of the detection.</summary>
    public bool Counts(string detection) => _feeds.ContainsKey(detection);

    /// <summary>Counts findings in the windows of the correlations.</summary>
    /// <param name="findings">The findings, in any order of event time.</param>
    /// <param name="receivedAt">
    /// When they arrived. An event time that is ahead of it by more than the allowed lateness is the mistake of a clock, and is taken to be this time.
    /// </param>
    /// <returns>The findings that raise alerts: those given, without those that only feed correlations, and those of correlations. Findings without a time are not counted.</returns>
    public IReadOnlyList<Finding> Correlate(IReadOnlyList<Finding> findings, DateTimeOffset receivedAt)
    {
        var alerting = new List<Finding>(findings.Count);
        foreach (var finding in findings)
        {
            var time = EventTime(finding.Time, receivedAt);
            AdvanceTo(time, alerting);
            Route(finding, time, isAlert: true, fires: true, alerting);
        }

        AdvanceTo(_latest, alerting);
        return alerting;
    }

    /// <summary>Advances the watermark to the time of an event in which nothing was found, and evaluates the windows that it passes.</summary>
    /// <param name="time">The event time.</param>
    /// <param name="receivedAt">When the event arrived; see <see cref="Correlate"/>.</param>
    /// <returns>The findings that raise alerts.</returns>
    public IReadOnlyList<Finding> AdvanceWatermark(DateTimeOffset time, DateTimeOffset receivedAt)
    {
        var alerting = new List<Finding>();
        AdvanceTo(EventTime(time, receivedAt), alerting);
        return alerting;
    }

    /// <summary>Advances the watermark beyond every window: nothing more will arrive, as at the end of a log.</summary>
    /// <returns>The findings that raise alerts.</returns>
    public IReadOnlyList<Finding> Complete() => AdvanceWatermark(DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);

    /// <summary>The findings of correlations since the last call that are steps of composites: one for each moment at which a threshold stood reached.</summary>
    public IReadOnlyList<Finding> DrainFired()
    {
        if (_fired.Count == 0)
        {
            return [];
        }

        List<Finding> fired = [.. _fired];
        _fired.Clear();
        return fired;
    }

    private static int DepthOf(DetectionRule rule, DetectionSet detections) => 1 + detections.ReferencedBy(rule)
        .Where(source => source.Correlation is not null)
        .Select(source => DepthOf(source, detections))
        .DefaultIfEmpty(0).Max();

    private long EventTime(DateTimeOffset time, DateTimeOffset receivedAt) =>
        time.UtcTicks - _lateness > receivedAt.UtcTicks ? receivedAt.UtcTicks : time.UtcTicks;

    private void AdvanceTo(long time, List<Finding> alerting)
    {
        _latest = Math.Max(_latest, time);
        while (_pending.TryDequeue(_latest - _lateness, out var rule, out var window, out var instant))
        {
            try
            {
                Route(rule.EvaluatePending(window, instant), alerting);
            }
            catch (Exception problem)
            {
                _failures.Add("correlation", rule.Name, "", "", null, problem);
            }
        }
    }

    private void Route(IReadOnlyList<CorrelationResult> results, List<Finding> alerting)
    {
        foreach (var result in results)
        {
            Route(result.Finding, result.Finding.Time.UtcTicks, result.IsAlert, result.Fires, alerting);
        }
    }

    private void Route(Finding finding, long time, bool isAlert, bool fires, List<Finding> alerting)
    {
        if (isAlert && !_silent.Contains(finding.Detection.Name))
        {
            alerting.Add(finding);
        }

        if (!fires || !finding.HasTime)
        {
            return;
        }

        if (_steps.Contains(finding.Detection.Name))
        {
            _fired.Add(finding);
        }

        foreach (var feed in _feeds.GetValueOrDefault(finding.Detection.Name, []))
        {
            try
            {
                Route(feed.Correlation.Add(finding, feed.Source, time), alerting);
            }
            catch (Exception problem)
            {
                _failures.Add("correlation", finding, problem);
            }
        }
    }

    // Which correlation counts a rule's findings, and as which of its sources.
    private sealed record Feed(CorrelationRule Correlation, int Source);
}
