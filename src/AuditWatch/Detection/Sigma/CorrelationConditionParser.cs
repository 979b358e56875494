using System.Globalization;
using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Reads the <c>condition</c> of a correlation. See the Sigma Correlation Rules Specification 2.1, "Condition". A condition that can never hold, or
/// that would hold where nothing happens, is an error: events are looked at as they pass, and nothing that does not come can fire.
/// </summary>
internal sealed class CorrelationConditionParser(
    string typeName, CorrelationType type, int rules, IReadOnlyList<FieldAlias> aliases, Diagnostics diagnostics)
{
    /// <summary>The name of the correlation type that is the fiftieth percentile.</summary>
    public const string Median = "value_median";

    // Numbers are kept in millionths, in 64 bits.
    private const decimal MaxNumber = 9_000_000_000_000;
    private const decimal Millionth = 0.000001m;

    private readonly List<string> _fields = [];
    private readonly Dictionary<string, decimal> _numbers = new(StringComparer.Ordinal);

    /// <summary>The fields that are counted or measured.</summary>
    public IReadOnlyList<string> Fields => _fields;

    /// <summary>Which percentile.</summary>
    public decimal Percentile { get; private set; }

    private bool IsTemporal => type is CorrelationType.Temporal or CorrelationType.TemporalOrdered;

    private bool CountsWhole => IsTemporal || type is CorrelationType.EventCount or CorrelationType.ValueCount;

    private bool IsMeasure => type is CorrelationType.ValueSum or CorrelationType.ValueAverage or CorrelationType.ValuePercentile;

    /// <summary>The condition, or null if it cannot be used.</summary>
    public CorrelationCondition? Parse(YamlMap body)
    {
        var before = diagnostics.ErrorCount;
        if (!body.TryGet("condition", out var value))
        {
            if (IsTemporal)
            {
                return new CorrelationCondition { AtLeast = rules };
            }

            body.Missing("condition");
            return null;
        }

        if (value.IsScalar)
        {
            diagnostics.Error(value.Location, "the condition must be a map, such as 'condition: {gte: 10}'");
            return null;
        }

        var map = new YamlMap(value, diagnostics);
        ReadFields(map);
        ReadPercentile(map);
        foreach (var comparison in new[] { "gt", "gte", "lt", "lte", "eq", "neq" })
        {
            ReadNumber(map, comparison);
        }

        map.RejectUnknown();
        var condition = new CorrelationCondition
        {
            GreaterThan = Number("gt"),
            AtLeast = Number("gte"),
            LessThan = Number("lt"),
            AtMost = Number("lte"),
            EqualTo = Number("eq"),
            NotEqualTo = Number("neq"),
        };
        if (diagnostics.ErrorCount == before)
        {
            Check(condition, value.Location);
        }

        return diagnostics.ErrorCount == before ? condition : null;
    }

    private void ReadFields(YamlMap map)
    {
        if (!map.TryGet("field", out var field))
        {
            if (IsMeasure || type == CorrelationType.ValueCount)
            {
                diagnostics.Error(map.Location, $"{typeName} needs the field that it is about: 'condition: {{field: ..., gte: ...}}'");
            }

            return;
        }

        foreach (var element in field.Elements)
        {
            CorrelationParser.RequireField(element, aliases, diagnostics);
            _fields.Add(element.Text);
        }

        if (!IsMeasure && type != CorrelationType.ValueCount)
        {
            diagnostics.Error(field.Location, $"{typeName} counts no field; value_count does");
        }
        else if (IsMeasure && _fields.Count != 1)
        {
            diagnostics.Error(field.Location, $"{typeName} is about one field");
        }
    }

    private void ReadPercentile(YamlMap map)
    {
        if (typeName == Median)
        {
            Percentile = 50;
        }
        else if (type == CorrelationType.ValuePercentile)
        {
            ReadNumber(map, "percentile");
            Percentile = Number("percentile") ?? -1;
            if (Percentile is < 0 or > 100)
            {
                diagnostics.Error(map.LocationOf("percentile"), "value_percentile needs which one: 'percentile', from 0 to 100");
            }
        }
    }

    private void ReadNumber(YamlMap map, string key)
    {
        if (!map.TryGet(key, out var value))
        {
            return;
        }

        if (!decimal.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || Math.Abs(number) > MaxNumber)
        {
            diagnostics.Error(value.Location, $"'{key}' must be a number of at most {MaxNumber}");
        }
        else if (CountsWhole && (number < 0 || number != decimal.Truncate(number)))
        {
            diagnostics.Error(value.Location, $"'{key}' must be a whole number from 0: {typeName} counts");
        }
        else
        {
            _numbers[key] = number;
        }
    }

    private decimal? Number(string key) => _numbers.TryGetValue(key, out var number) ? number : null;

    private void Check(CorrelationCondition condition, SourceLocation location)
    {
        if (!condition.Numbers.Any())
        {
            diagnostics.Error(location, "the condition needs a threshold: gte, gt, eq, or a range of two of gt, gte, lt, lte");
        }
        else if ((CountsWhole || type == CorrelationType.ValueSum) && condition.Holds(0))
        {
            diagnostics.Error(location, "holds when nothing happens, and a stream has no event to fire at then; add a lower bound such as 'gte: 1'");
        }
        else if (!CanHold(condition))
        {
            diagnostics.Error(location, IsTemporal ? $"can never hold: there are {rules} rules"
                : CountsWhole ? $"can never hold: at most {CorrelationDefinition.MaxFindings} findings of one group are held"
                : "can never hold");
        }
        else if (type == CorrelationType.TemporalOrdered && (!condition.Holds(rules) || condition.Holds(rules - 1)))
        {
            diagnostics.Error(location, "temporal_ordered fires when all of its rules have matched in their order; leave the condition out");
        }
    }

    // If any number satisfies the comparisons, so does one of theirs or the next above or below it.
    private bool CanHold(CorrelationCondition condition)
    {
        var step = CountsWhole ? 1 : Millionth;
        var most = IsTemporal ? rules : CountsWhole ? CorrelationDefinition.MaxFindings : decimal.MaxValue;
        return condition.Numbers.SelectMany(number => new[] { number - step, number, number + step }).Any(number => number <= most && condition.Holds(number));
    }
}
