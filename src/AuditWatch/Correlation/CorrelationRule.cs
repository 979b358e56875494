using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Correlation;

/// <summary>One correlation at work: a window for each group it has seen.</summary>
internal sealed class CorrelationRule
{
    /// <summary>The most groups that are kept; of more, the one that was fed longest ago leaves.</summary>
    private const int MaxGroups = 100_000;

    private readonly DetectionRule _rule;
    private readonly CorrelationDefinition _definition;
    private readonly SummaryTemplate _summary;
    private readonly Dictionary<string, LinkedListNode<(string Key, SlidingWindow Window)>> _groups = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, SlidingWindow Window)> _leastRecent = [];

    public CorrelationRule(DetectionRule rule)
    {
        _rule = rule;
        _definition = rule.Correlation!;
        _summary = new SummaryTemplate(rule.Summary);
    }

    /// <summary>Counts a finding.</summary>
    /// <returns>A finding of the correlation, if the threshold is reached with it: for every finding that had not been told of yet.</returns>
    public Finding? Add(Finding finding)
    {
        var carried = finding.Carried.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var value = _definition.Type == CorrelationType.ValueCount ? carried[_definition.Field!] : null;
        var reached = Window(Key(finding, carried)).Add(finding, value);
        return reached.Count == 0 ? null : Describe(finding, carried, reached);
    }

    private Finding Describe(Finding latest, Dictionary<string, string> carried, IReadOnlyList<Finding> reached) => new()
    {
        Detection = _rule,
        Request = latest.Request,
        Requests = [.. reached.Select(finding => finding.Request)],
        Count = reached.Count,
        Time = latest.Time,
        FirstTime = reached[0].Time,
        Actor = carried[_rule.Actor],
        Cluster = latest.Cluster,
        Summary = _summary.Fill(field => carried[field]),
        Dedup = [.. _rule.DedupBy.Select(field => KeyValuePair.Create(field, carried[field]))],
        Why = [Explanation(), .. latest.Why],
    };

    private string Explanation()
    {
        var what = _definition.Type == CorrelationType.ValueCount ? $"distinct values of {_definition.Field} among {Rules()}" : $"of {Rules()}";
        var by = _definition.GroupBy.Count == 0 ? "" : $", by {string.Join(", ", _definition.GroupBy)}";
        return $"{_definition.Threshold} or more {what} within {_definition.Timespan}{by}";
    }

    private string Rules() => string.Join(", ", _definition.Rules);

    // The cluster is part of every group: one cluster's events never add up with another's.
    private string Key(Finding finding, Dictionary<string, string> carried) =>
        string.Join('\0', _definition.GroupBy.Select(field => carried[field]).Prepend(finding.Cluster));

    private SlidingWindow Window(string key)
    {
        if (_groups.TryGetValue(key, out var known))
        {
            _leastRecent.Remove(known);
            _leastRecent.AddLast(known);
            return known.Value.Window;
        }

        if (_groups.Count == MaxGroups)
        {
            _groups.Remove(_leastRecent.First!.Value.Key);
            _leastRecent.RemoveFirst();
        }

        return (_groups[key] = _leastRecent.AddLast((key, new SlidingWindow(_definition.Timespan, _definition.Threshold)))).Value.Window;
    }
}
