using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;

namespace AuditWatch.Tests.Composites;

/// <summary>
/// What composites mean, slowly and obviously: all findings are there at once, in the order of their arrival, and every choice of one for each step is
/// looked at, with every choice of a value for each variable.
/// </summary>
internal sealed class ReferenceComposites(DetectionRule rule, IReadOnlyList<Finding> arrived)
{
    private readonly CompositeDefinition _composite = rule.Composite!;

    /// <summary>The stories: cluster, and the values of the variables in their order.</summary>
    public SortedSet<string> Stories()
    {
        var stories = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var cluster in arrived.Select(finding => finding.Cluster).Distinct())
        {
            // How far a cluster has come is known by these alone.
            var findings = arrived
                .Where(finding => finding.Cluster == cluster && _composite.Parts.Any(part => part.Rules.Any(one => one.IsTo(finding.Detection)))).DistinctBy(finding => finding.Id).ToList();
            foreach (var (chosen, values) in Choices(findings, [.. _composite.Positive], [], []))
            {
                if (IsInTime(chosen) && !IsUndone(findings, chosen, values))
                {
                    stories.Add(string.Join('|', values.Values.Prepend(cluster)));
                }
            }
        }

        return stories;
    }

    private IEnumerable<(List<Finding> Chosen, Dictionary<string, string> Values)> Choices(List<Finding> findings, List<CompositeStep> steps, List<Finding> chosen, Dictionary<string, string> values)
    {
        if (chosen.Count == steps.Count)
        {
            return [(chosen, values)];
        }

        var step = steps[chosen.Count];
        return from finding in findings
               where step.Rules.Any(one => one.IsTo(finding.Detection)) && !chosen.Contains(finding)
               from bound in Bindings(step, finding, values)
               from rest in Choices(findings, steps, [.. chosen, finding], bound)
               select rest;
    }

    // Every way to give the variables that the step binds a value, if the others are as it asks.
    private List<Dictionary<string, string>> Bindings(CompositeStep step, Finding finding, Dictionary<string, string> values)
    {
        var ways = new List<Dictionary<string, string>> { values };
        foreach (var use in step.Variables)
        {
            // What nobody compares with is only shown, all of it.
            var own = Values(finding, use.Field);
            own = use.Binds && own.Count > 0 && _composite.Parts.SelectMany(part => part.Variables).Count(other => other.Variable == use.Variable) == 1 ? [string.Join(", ", own)] : own;
            ways = use.Binds
                ? [.. ways.SelectMany(_ => own, (way, value) => new Dictionary<string, string>(way, StringComparer.Ordinal) { [use.Variable] = value })]
                : [.. ways.Where(way => Holds(own, use.How, way[use.Variable]))];
        }

        return ways;
    }

    private bool IsInTime(List<Finding> chosen)
    {
        var within = _composite.Within;
        if (chosen.Max(finding => finding.Time) - chosen.Min(finding => finding.Time) >= within)
        {
            return false;
        }

        var positive = _composite.Positive.ToList();
        return !_composite.IsOrdered || Enumerable.Range(1, chosen.Count - 1).All(i =>
            chosen[i].Time >= chosen[i - 1].Time && chosen[i].Time - chosen[i - 1].Time < (positive[i].Within ?? within));
    }

    private bool IsUndone(List<Finding> findings, List<Finding> chosen, Dictionary<string, string> values)
    {
        var (first, last) = (chosen.Min(finding => finding.Time), chosen.Max(finding => finding.Time));
        var newest = findings.Max(finding => finding.Time);
        for (var i = 0; i < _composite.Steps.Count; i++)
        {
            var step = _composite.Steps[i];
            if (!step.IsNot)
            {
                continue;
            }

            // From, to (both excluded), and since when it must have been watched.
            var (from, to) = Region(i, chosen, first, last);
            if (to > newest || (_composite.IsOrdered && i == 0 && from < findings[0].Time)
                || findings.Any(other => other.Time > from && other.Time < to && Matches(step, other, values) && !chosen.Contains(other)))
            {
                return true;
            }
        }

        var complete = chosen.Max(findings.IndexOf);
        return _composite.Until is { } until && findings.Where((other, at) => at < complete && other.Time > first && other.Time < last && Matches(until, other, values) && !chosen.Contains(other)).Any();
    }

    private (DateTimeOffset From, DateTimeOffset To) Region(int step, List<Finding> chosen, DateTimeOffset first, DateTimeOffset last)
    {
        var (within, own) = (_composite.Within, _composite.Steps[step].Within);
        if (!_composite.IsOrdered)
        {
            return (last - within, first + within);
        }

        var before = _composite.Steps.Take(step).Count(one => !one.IsNot);
        return before == 0 ? (first - (own ?? within), first)
            : before == chosen.Count ? (last, own is null ? first + within : last + own.Value)
            : (chosen[before - 1].Time, Earlier(chosen[before].Time, chosen[before - 1].Time + (own ?? within)));
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static bool Matches(CompositeStep step, Finding finding, Dictionary<string, string> values) =>
        step.Rules.Any(one => one.IsTo(finding.Detection)) && step.Variables.All(use => Holds(Values(finding, use.Field), use.How, values[use.Variable]));

    private static bool Holds(IReadOnlyList<string> own, JoinOperator how, string variable) => how switch
    {
        JoinOperator.NotEqualTo => !own.Contains(variable),
        JoinOperator.StartsWith => own.Any(value => value.StartsWith(variable, StringComparison.Ordinal)),
        _ => own.Contains(variable),
    };

    private static IReadOnlyList<string> Values(Finding finding, string field) => finding.Values.FirstOrDefault(pair => pair.Key == field).Value ?? [];
}
