using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Reads the <c>correlation</c> section. See the Sigma Correlation Rules Specification 2.1, "Correlation section". What it refers to is checked by
/// <see cref="CorrelationLinks"/> once all rules are there.
/// </summary>
internal sealed class CorrelationParser(Diagnostics diagnostics)
{
    private static readonly Dictionary<string, CorrelationType> Types = new(StringComparer.Ordinal)
    {
        ["event_count"] = CorrelationType.EventCount,
        ["value_count"] = CorrelationType.ValueCount,
        ["temporal"] = CorrelationType.Temporal,
        ["temporal_ordered"] = CorrelationType.TemporalOrdered,
        ["value_sum"] = CorrelationType.ValueSum,
        ["value_avg"] = CorrelationType.ValueAverage,
        ["value_percentile"] = CorrelationType.ValuePercentile,
        [CorrelationConditionParser.Median] = CorrelationType.ValuePercentile,
    };

    /// <summary>The names of the types.</summary>
    public static IReadOnlyCollection<string> TypeNames => Types.Keys;

    /// <summary>
    /// The correlation; or, of a condition over the names of rules (<c>a and not b</c>), the composite that it is. Neither if it cannot be used.
    /// </summary>
    public (CorrelationDefinition? Correlation, CompositeDefinition? Composite) Parse(YamlMap body)
    {
        var before = diagnostics.ErrorCount;
        var typeName = body.RequiredString("type");
        if (!Types.TryGetValue(typeName, out var type) && typeName.Length > 0)
        {
            diagnostics.Error(body.LocationOf("type"), $"unknown correlation type '{typeName}'{Suggestion.For(typeName, Types.Keys)}");
        }

        var rules = Rules(body);
        var aliases = Aliases(body);
        var groupBy = GroupBy(body, aliases);
        var timespan = body.Duration("timespan");
        var generate = body.Boolean("generate", otherwise: false);
        if (timespan is null)
        {
            body.Missing("timespan");
        }

        if (type is CorrelationType.Temporal or CorrelationType.TemporalOrdered && rules.Count == 1)
        {
            diagnostics.Error(body.LocationOf("rules"), $"{typeName} needs at least two rules");
        }

        var hasCondition = body.TryGet("condition", out var written);
        body.RejectUnknown();
        if (diagnostics.ErrorCount != before)
        {
            return (null, null);
        }

        if (hasCondition && written.IsScalar && type is CorrelationType.Temporal or CorrelationType.TemporalOrdered)
        {
            var frame = new CompositeDefinition { Steps = [], Within = timespan!.Value, IsOrdered = type == CorrelationType.TemporalOrdered, Generate = generate };
            return (null, new RuleCondition(rules, groupBy, aliases, diagnostics).Parse(written, frame));
        }

        var condition = new CorrelationConditionParser(typeName, type, rules.Count, aliases, diagnostics);
        return (condition.Parse(body) is not { } holds ? null : new CorrelationDefinition
        {
            Type = type,
            Rules = rules,
            GroupBy = groupBy,
            Aliases = aliases,
            Timespan = timespan!.Value,
            Fields = condition.Fields,
            Percentile = condition.Percentile,
            Condition = holds,
            Generate = generate,
        }, null);
    }

    private List<RuleReference> Rules(YamlMap body)
    {
        var rules = new List<RuleReference>();
        if (!body.TryGet("rules", out var list))
        {
            body.Missing("rules");
            return rules;
        }

        foreach (var element in list.Elements)
        {
            if (!element.IsScalar || element.Text.Length == 0)
            {
                diagnostics.Error(element.Location, "'rules' must be a list of the names or ids of rules");
            }
            else
            {
                rules.Add(new RuleReference(element.Text, element.Location));
            }
        }

        if (!list.Elements.Any())
        {
            diagnostics.Error(list.Location, "'rules' must name at least one rule");
        }

        return rules;
    }

    private List<FieldAlias> Aliases(YamlMap body)
    {
        var aliases = new List<FieldAlias>();
        foreach (var (name, fields) in body.Map("aliases")?.Values ?? [])
        {
            var byRule = new List<KeyValuePair<RuleReference, string>>();
            foreach (var (rule, field) in new YamlMap(fields, diagnostics).Values)
            {
                byRule.Add(new(new RuleReference(rule.Text, field.Location), field.Text));
            }

            aliases.Add(new FieldAlias(name.Text, byRule, name.Location));
        }

        return aliases;
    }

    private IReadOnlyList<string> GroupBy(YamlMap body, List<FieldAlias> aliases)
    {
        if (body.TryGet("group-by", out var list))
        {
            foreach (var field in list.Elements)
            {
                RequireField(field, aliases, diagnostics);
            }
        }

        return body.Strings("group-by");
    }

    /// <summary>Reports a name that is neither a field of an audit event nor an alias.</summary>
    public static void RequireField(YamlValue name, IEnumerable<FieldAlias> aliases, Diagnostics diagnostics)
    {
        var known = aliases.Select(alias => alias.Name).ToList();
        if (!known.Contains(name.Text) && !Events.FieldPath.TryParse(name.Text, out _))
        {
            diagnostics.Error(name.Location, $"no audit event has a field '{name.Text}'{Events.EventSchema.Suggest(name.Text, known)}");
        }
    }
}
