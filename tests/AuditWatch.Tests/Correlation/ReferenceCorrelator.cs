using System.Globalization;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Tests.Correlation;

/// <summary>
/// What correlations mean, slowly and obviously: all findings are there at once, and every window is made anew. Correlations come after those that
/// they refer to.
/// </summary>
internal sealed class ReferenceCorrelator(DetectionSet detections)
{
    /// <summary>For each correlation and group: how many findings count, and when the first and the last of them happened.</summary>
    public IEnumerable<(string Detection, string Group, int Count, DateTimeOffset First, DateTimeOffset Last)> Correlate(IReadOnlyCollection<Finding> findings)
    {
        var fired = findings.DistinctBy(finding => finding.Id).ToLookup(finding => finding.Detection.Name);
        foreach (var rule in detections.Rules.Where(rule => rule.Correlation is not null))
        {
            var correlation = rule.Correlation!;
            var sources = detections.ReferencedBy(rule).ToList();
            var firing = new List<Finding>();
            var inputs = sources.SelectMany((source, index) => fired[source.Name].Select(finding => new Input(finding, index, Value(finding, correlation))));
            foreach (var group in inputs.Where(input => Counts(input, correlation)).GroupBy(input => Group(input.Finding, correlation)).ToList())
            {
                var told = new HashSet<Input>();
                foreach (var end in group)
                {
                    var window = group.Where(input => input.Time > end.Time - correlation.Timespan && input.Time <= end.Time).ToList();
                    if (correlation.Condition.Holds(Measure(window, correlation, sources.Count)))
                    {
                        told.UnionWith(window);
                        firing.Add(end.Finding.With(detection: rule));
                    }
                }

                if (told.Count > 0)
                {
                    yield return (rule.Name, group.Key, told.Count, told.Min(input => input.Time), told.Max(input => input.Time));
                }
            }

            fired = fired.SelectMany(pair => pair).Concat(firing).ToLookup(finding => finding.Detection.Name);
        }
    }

    private static decimal Measure(List<Input> window, CorrelationDefinition correlation, int rules) => correlation.Type switch
    {
        CorrelationType.EventCount => window.Count,
        CorrelationType.ValueCount => window.Select(input => input.Value).Distinct().Count(),
        CorrelationType.Temporal => window.Select(input => input.Source).Distinct().Count(),
        CorrelationType.TemporalOrdered => Enumerable.Range(1, rules).TakeWhile(length => InOrder(window, length)).Count(),
        CorrelationType.ValueSum => window.Sum(input => Number(input.Value)!.Value),
        CorrelationType.ValueAverage => window.Sum(input => Number(input.Value)!.Value) / window.Count,
        _ => window.Select(input => Number(input.Value)!.Value).Order()
            .First(value => 100 * window.Count(input => Number(input.Value) <= value) >= correlation.Percentile * window.Count),
    };

    // Whether some choice of a finding for each of the first rules is in order.
    private static bool InOrder(List<Input> window, int length, int from = 0, DateTimeOffset since = default) =>
        from == length || window.Any(input => input.Source == from && input.Time >= since && InOrder(window, length, from + 1, input.Time));

    private static bool Counts(Input input, CorrelationDefinition correlation) => correlation.Type switch
    {
        CorrelationType.ValueCount => input.Value.Length > 0,
        CorrelationType.ValueSum => Number(input.Value) >= 0,
        CorrelationType.ValueAverage or CorrelationType.ValuePercentile => Number(input.Value) is not null,
        _ => true,
    };

    private static decimal? Number(string text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Value(Finding finding, CorrelationDefinition correlation) => string.Concat(correlation.Fields.Select(field => Field(finding, field)));

    private static string Group(Finding finding, CorrelationDefinition correlation) =>
        string.Join('|', correlation.GroupBy.Select(field => Field(finding, field)).Prepend(finding.Cluster));

    private static string Field(Finding finding, string name) => finding.Carried.FirstOrDefault(pair => pair.Key == name).Value ?? "";

    private sealed record Input(Finding Finding, int Source, string Value)
    {
        public DateTimeOffset Time => Finding.Time;
    }
}
