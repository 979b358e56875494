using System.Globalization;
using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>Reads the <c>correlation</c> section. See the Sigma Correlation Rules Specification 2.1.</summary>
internal sealed class CorrelationParser(Diagnostics diagnostics)
{
    private static readonly string[] Types =
        ["event_count", "value_count", "temporal", "temporal_ordered", "value_sum", "value_avg", "value_percentile"];

    /// <summary>The correlation, or null if it cannot be used.</summary>
    public CorrelationDefinition? Parse(YamlMap body)
    {
        var type = body.RequiredString("type");
        var rules = body.Strings("rules");
        var groupBy = body.Strings("group-by");
        var timespan = body.Duration("timespan");
        var generate = body.Boolean("generate", otherwise: false);
        if (rules.Count == 0)
        {
            body.Missing("rules");
        }

        if (timespan is null)
        {
            body.Missing("timespan");
        }

        foreach (var field in groupBy)
        {
            if (!Events.FieldPath.TryParse(field, out _))
            {
                diagnostics.Error(body.LocationOf("group-by"), $"no audit event has a field '{field}'{Suggestion.For(field, Events.FieldPath.Roots)}");
            }
        }

        var (threshold, counted) = Condition(body);
        body.RejectUnknown();
        switch (type)
        {
            case "event_count":
                break;
            case "value_count" when counted is null:
                diagnostics.Error(body.LocationOf("condition"), "value_count needs the field whose values are counted: 'condition: {field: ..., gte: ...}'");
                return null;
            case "value_count":
                break;
            default:
                var problem = Types.Contains(type) ? $"the correlation type '{type}' is not supported yet" : $"unknown correlation type '{type}'{Suggestion.For(type, Types)}";
                diagnostics.Error(body.LocationOf("type"), problem);
                return null;
        }

        return threshold is null || timespan is null ? null : new CorrelationDefinition
        {
            Type = type == "event_count" ? CorrelationType.EventCount : CorrelationType.ValueCount,
            Rules = rules,
            GroupBy = groupBy,
            Timespan = timespan.Value,
            Field = counted,
            Threshold = threshold.Value,
            Generate = generate,
        };
    }

    private (long? Threshold, string? Field) Condition(YamlMap body)
    {
        if (body.Map("condition") is not { } condition)
        {
            body.Missing("condition");
            return default;
        }

        long? threshold = null;
        string? field = null;
        foreach (var (key, value) in condition.Values)
        {
            switch (key.Text)
            {
                case "field":
                    field = value.Text;
                    if (!Events.FieldPath.TryParse(field, out _))
                    {
                        diagnostics.Error(value.Location, $"no audit event has a field '{field}'{Suggestion.For(field, Events.FieldPath.Roots)}");
                    }

                    break;
                case "gte" or "gt" when long.TryParse(value.Text, CultureInfo.InvariantCulture, out var number) && number is > 0 and < int.MaxValue:
                    threshold = key.Text == "gt" ? number + 1 : number;
                    break;
                case "gte" or "gt":
                    diagnostics.Error(value.Location, $"'{key.Text}' must be a whole number above 0");
                    break;
                default:
                    diagnostics.Error(key.Location, $"'{key.Text}' is not supported in the condition of a correlation; use gte or gt, and field");
                    break;
            }
        }

        if (threshold is null)
        {
            diagnostics.Error(condition.Location, "the condition needs a threshold: gte or gt");
        }

        return (threshold, field);
    }
}
