using AuditWatch.Detection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Correlation;

/// <summary>
/// Adds findings up: keeps, for each correlation and group, the findings of the last while of event time, and makes a finding of its own for
/// those that together reach the threshold; each further one while the burst goes on makes another, which stands for itself alone. Findings of rules
/// that only feed correlations go no further. What comes out depends on the event times and not on the order of arrival, as long as nothing arrives
/// later than the bound. Memory is bounded; what is late or forgotten is counted. Not thread-safe.
/// </summary>
public sealed class Correlator
{
    /// <summary>How far behind others a finding may arrive by default: five minutes.</summary>
    public static readonly TimeSpan DefaultLateness = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, Route> _routes;
    private readonly WaitingWindows _waiting = new();
    private readonly long _lateness;
    private long _now = DateTimeOffset.MinValue.Ticks;

    /// <summary>A correlator for the correlations of a set.</summary>
    /// <param name="detections">The set.</param>
    /// <param name="lateness">How far behind others of its group, in event time, a finding may arrive. Default: five minutes.</param>
    /// <param name="logger">Hears of what is late or forgotten, once for each correlation. Default: nobody does.</param>
    public Correlator(DetectionSet detections, TimeSpan? lateness = null, ILogger<Correlator>? logger = null)
    {
        _lateness = (lateness ?? DefaultLateness).Ticks;
        var context = new CorrelationContext(TimeSpan.FromTicks(_lateness), _waiting, new CorrelationMetrics(logger ?? NullLogger<Correlator>.Instance));
        CountsFor = TimeSpan.FromTicks(_lateness) + detections.Rules
            .Where(rule => rule.Correlation is not null)
            .Select(rule => rule.Correlation!.Timespan * DepthOf(rule, detections))
            .DefaultIfEmpty().Max();
        var carried = detections.CarriedFields();
        var feeds = detections.Rules
            .Where(rule => rule.Correlation is not null)
            .SelectMany(rule =>
            {
                var sources = detections.ReferencedBy(rule).ToList();
                var running = new CorrelationRule(rule, sources, [.. carried[rule.Name]], DepthOf(rule, detections), context);
                return sources.Select((source, index) => (source.Name, Feed: new Feed(running, index, rule.Correlation!.Generate)));
            })
            .ToLookup(pair => pair.Name, pair => pair.Feed, StringComparer.Ordinal);
        _routes = feeds.ToDictionary(pair => pair.Key, pair => new Route(pair.Any(feed => feed.Generates), [.. pair]), StringComparer.Ordinal);
    }

    /// <summary>For how long, in event time, a finding may count in some window.</summary>
    public TimeSpan CountsFor { get; }

    /// <summary>Whether findings of a rule are counted by a correlation.</summary>
    public bool Counts(string detection) => _routes.ContainsKey(detection);

    /// <summary>Takes findings in.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="receivedAt">
    /// When they arrived. Events cannot have happened later: those whose clock is further ahead than the lateness bound count as of then.
    /// </param>
    /// <returns>The findings that raise alerts: those that do so on their own, and those of correlations, in order. Those without a time are not counted.</returns>
    public IReadOnlyList<Finding> Correlate(IReadOnlyList<Finding> findings, DateTimeOffset receivedAt)
    {
        var alerting = new List<Finding>(findings.Count);
        foreach (var finding in findings)
        {
            var time = Sane(finding.Time, receivedAt);
            PassTo(time, alerting);
            Take(finding, time, isAlert: true, fires: true, alerting);
        }

        PassTo(_now, alerting);
        return alerting;
    }

    /// <summary>Says how far events have come, although detections may have found nothing: some correlations wait for what could still arrive.</summary>
    /// <param name="time">The time of an event.</param>
    /// <param name="receivedAt">When it arrived.</param>
    /// <returns>The findings that raise alerts.</returns>
    public IReadOnlyList<Finding> Pass(DateTimeOffset time, DateTimeOffset receivedAt)
    {
        var alerting = new List<Finding>();
        PassTo(Sane(time, receivedAt), alerting);
        return alerting;
    }

    /// <summary>Says that nothing more will arrive: at the end of a log.</summary>
    /// <returns>The findings that raise alerts.</returns>
    public IReadOnlyList<Finding> Complete() => Pass(DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);

    private static int DepthOf(DetectionRule rule, DetectionSet detections) => 1 + detections.ReferencedBy(rule)
        .Where(source => source.Correlation is not null)
        .Select(source => DepthOf(source, detections))
        .DefaultIfEmpty(0).Max();

    private long Sane(DateTimeOffset time, DateTimeOffset receivedAt) =>
        time.UtcTicks - _lateness > receivedAt.UtcTicks ? receivedAt.UtcTicks : time.UtcTicks;

    private void PassTo(long time, List<Finding> alerting)
    {
        _now = Math.Max(_now, time);
        while (_waiting.TryTake(_now - _lateness, out var rule, out var window, out var instant))
        {
            Take(rule.JudgeWaiting(window, instant), alerting);
        }
    }

    private void Take(IReadOnlyList<CorrelationResult> results, List<Finding> alerting)
    {
        foreach (var result in results)
        {
            Take(result.Finding, result.Finding.Time.UtcTicks, result.IsAlert, result.Fires, alerting);
        }
    }

    private void Take(Finding finding, long time, bool isAlert, bool fires, List<Finding> alerting)
    {
        var route = _routes.GetValueOrDefault(finding.Detection.Name);
        if (isAlert && route?.RaisesAlerts != false)
        {
            alerting.Add(finding);
        }

        if (fires && route is not null && finding.HasTime)
        {
            foreach (var feed in route.Feeds)
            {
                Take(feed.Correlation.Add(finding, feed.Source, time), alerting);
            }
        }
    }

    // Where findings of a rule go; a rule that no correlation refers to has no route and raises alerts.
    private sealed record Route(bool RaisesAlerts, Feed[] Feeds);

    private sealed record Feed(CorrelationRule Correlation, int Source, bool Generates);
}
