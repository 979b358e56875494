using AuditWatch.Detection.Sigma;

namespace AuditWatch.Correlation;

/// <summary>Says in a line when a correlation fires, for the people who read its alerts.</summary>
internal static class CorrelationText
{
    public static string Of(CorrelationDefinition correlation)
    {
        var rules = string.Join(", ", correlation.Rules.Select(rule => rule.Text));
        var fields = string.Join(" and ", correlation.Fields);
        var what = correlation.Type switch
        {
            CorrelationType.EventCount => $"number of {rules} {correlation.Condition}",
            CorrelationType.ValueCount => $"number of different {fields} among {rules} {correlation.Condition}",
            CorrelationType.Temporal => $"number of different ones of {rules} {correlation.Condition}",
            CorrelationType.TemporalOrdered => string.Join(", then ", correlation.Rules.Select(rule => rule.Text)),
            CorrelationType.ValueSum => $"sum of {fields} over {rules} {correlation.Condition}",
            CorrelationType.ValueAverage => $"average of {fields} over {rules} {correlation.Condition}",
            _ => $"percentile {correlation.Percentile} of {fields} over {rules} {correlation.Condition}",
        };
        var by = correlation.GroupBy.Count == 0 ? "" : $", by {string.Join(", ", correlation.GroupBy)}";
        return $"{what} within {correlation.Timespan}{by}";
    }
}
