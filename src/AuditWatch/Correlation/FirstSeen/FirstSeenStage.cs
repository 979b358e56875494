using AuditWatch.Detection;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Correlation.FirstSeen;

/// <summary>
/// The stage between detection and correlation that lets a detection with <c>firstSeen</c> fire only for a combination of values that it has not met
/// before. In each cluster combinations are learnt silently for a while, counted in event time from the first event of any kind: a rule that rarely
/// matches has learnt that nobody does such things. Memory is bounded: a combination that is forgotten is new when it comes again, and that is
/// counted. What is learnt can be taken out and put back. Not thread-safe.
/// </summary>
internal sealed class FirstSeenStage
{
    /// <summary>The most combinations that are remembered for a detection by default: 100,000, at about 250 bytes each.</summary>
    public const int DefaultCapacity = 100_000;

    private readonly Dictionary<string, FirstSeenSet> _sets;
    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);
    private readonly ILogger _logger;
    private readonly EventFailures _failures;
    private readonly CorrelationInstruments _metrics;

    /// <summary>A stage for the detections of a set that has learnt nothing yet.</summary>
    /// <param name="detections">The set.</param>
    /// <param name="capacity">The most combinations remembered for a detection; of more, one of whoever has the most leaves.</param>
    /// <param name="logger">Hears of it when combinations are forgotten, once for each detection. Default: nobody does.</param>
    /// <param name="failures">Hears of findings that it fails on. Default: nobody does.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    public FirstSeenStage(DetectionSet detections, int capacity = DefaultCapacity, ILogger<FirstSeenStage>? logger = null, EventFailures? failures = null, ServiceMetrics? metrics = null)
    {
        _failures = failures ?? new EventFailures();
        _sets = detections.Rules
            .Where(rule => rule.FirstSeen is not null)
            .ToDictionary(rule => rule.Name, rule => new FirstSeenSet(rule.Name, rule.FirstSeen!, capacity), StringComparer.Ordinal);
        _logger = logger ?? NullLogger<FirstSeenStage>.Instance;
        _metrics = (metrics ?? ServiceMetrics.Shared).Correlation;
    }

    /// <summary>Takes in what was found in a batch.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="cluster">The cluster that the batch is about.</param>
    /// <param name="firstEvent">The time of its first event: learning begins with the first batch of a cluster, whatever is found in it.</param>
    /// <param name="receivedAt">When it arrived; no event counts as later.</param>
    /// <returns>The findings without those of combinations met before or still to be learnt, in order.</returns>
    public IReadOnlyList<Finding> Filter(IReadOnlyList<Finding> findings, string cluster, DateTimeOffset firstEvent, DateTimeOffset receivedAt)
    {
        if (_sets.Count == 0)
        {
            return findings;
        }

        foreach (var seen in _sets.Values)
        {
            seen.BeginLearning(cluster, Earlier(firstEvent, receivedAt));
        }

        var passed = new List<Finding>(findings.Count);
        foreach (var finding in findings)
        {
            if (!_sets.TryGetValue(finding.Detection.Name, out var seen))
            {
                passed.Add(finding);
                continue;
            }

            try
            {
                if (seen.IsFirst(finding, Earlier(finding.Time, receivedAt)))
                {
                    passed.Add(finding.With(why: [.. finding.Why, seen.Describe(finding)]));
                }
            }
            catch (Exception problem)
            {
                _failures.Add("first seen", finding, problem);
            }
        }

        CountForgotten();
        return passed;
    }

    /// <summary>All that has been learnt: plain records, to be kept and put back after a restart.</summary>
    public FirstSeenState Export() => new(
        [.. _sets.Values.SelectMany(seen => seen.LearningStarts)],
        [.. _sets.Values.SelectMany(seen => seen.Combinations)]);

    /// <summary>What has been learnt and forgotten since the last call.</summary>
    public FirstSeenChanges DrainChanges()
    {
        var all = new FirstSeenChanges();
        foreach (var seen in _sets.Values)
        {
            all.Add(seen.DrainChanges());
        }

        return all;
    }

    /// <summary>Adds what has been learnt before. Records of detections that are not there, or go by other fields now, are left out.</summary>
    public void Import(FirstSeenState state)
    {
        var scopes = _sets.Values.ToDictionary(seen => seen.Scope, StringComparer.Ordinal);
        foreach (var start in state.LearningStarts)
        {
            scopes.GetValueOrDefault(start.Scope)?.BeginLearning(start.Cluster, start.Since);
        }

        foreach (var combination in state.Combinations)
        {
            scopes.GetValueOrDefault(combination.Scope)?.Add(combination);
        }

        CountForgotten();
        DrainChanges();
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private void CountForgotten()
    {
        foreach (var (detection, seen) in _sets)
        {
            if (seen.DrainEvictedCount() is > 0 and var count)
            {
                _metrics.ForgottenCombinations.Add(count, new KeyValuePair<string, object?>("detection", detection));
                if (_logged.Add(detection))
                {
                    _logger.LogWarning(
                        "{Detection} has met more combinations of values than are remembered, and forgets the oldest, of whoever has the most. "
                        + "More of the kind are counted in auditwatch_firstseen_forgotten_total and not logged.",
                        detection);
                }
            }
        }
    }
}
