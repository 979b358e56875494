using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// A Sigma Filter: narrows other rules without editing them, which is how a site adds its exceptions. A rule it names fires only where the
/// filter's condition holds as well, as pySigma reads the Sigma Filters Specification 2.0: an exception is written <c>not selection</c>.
/// </summary>
/// <param name="Rules">The names or ids of the rules; <c>any</c> alone means every rule.</param>
/// <param name="Condition">What has to hold besides.</param>
/// <param name="Location">Where it begins.</param>
internal sealed record SigmaFilter(IReadOnlyList<string> Rules, Expression Condition, SourceLocation Location)
{
    /// <summary>The filter in a document that has a <c>filter</c> section, or null if it cannot be used.</summary>
    public static SigmaFilter? Parse(YamlValue document, Placeholders placeholders, Diagnostics diagnostics)
    {
        var before = diagnostics.ErrorCount;
        var map = new YamlMap(document, diagnostics);
        if (!LogSource.IsKubernetesAudit(map, diagnostics))
        {
            return null;
        }

        map.RequiredString("title");
        if (map.Map("filter") is not { } section)
        {
            map.Missing("filter");
            return null;
        }

        var rules = section.Strings("rules");
        if (rules.Count == 0)
        {
            section.Missing("rules");
        }
        else if (rules.Count > 1 && rules.Contains("any"))
        {
            diagnostics.Error(section.LocationOf("rules"), "'any' stands alone: it means every rule");
        }

        var condition = new SearchParser(placeholders, diagnostics).Parse(section, "rules");
        if (condition is Expression.Selection)
        {
            diagnostics.Warning(section.LocationOf("condition"),
                "the rules will fire only where this selection matches; to leave what it matches out, write 'not ' before it");
        }

        map.Ignore("id", "name", "description", "author", "date", "modified", "references", "status", "level", "license", "related", "tags");
        map.RejectUnknown();
        return diagnostics.ErrorCount == before && condition is not null ? new SigmaFilter(rules, condition, document.Location) : null;
    }

    /// <summary>The rules, those named by the filter narrowed.</summary>
    /// <param name="rules">The rules that can be used.</param>
    /// <param name="broken">Those that cannot: the filter is not to blame for that.</param>
    /// <param name="diagnostics">Gets what there is to say.</param>
    public IReadOnlyList<DetectionRule> ApplyTo(IReadOnlyList<DetectionRule> rules, IReadOnlyList<DetectionRule> broken, Diagnostics diagnostics)
    {
        foreach (var name in Rules.Where(name => name != "any" && !rules.Concat(broken).Any(rule => rule.Name == name || rule.Id == name)))
        {
            diagnostics.Error(Location, $"the filter refers to a rule '{name}' that is not there{MissingRule.Advice(name, rules)}");
        }

        if (Rules is ["any"] && !rules.Any(IsFor))
        {
            diagnostics.Warning(Location, "there is no rule that the filter could narrow");
        }

        return [.. rules.Select(rule => IsFor(rule) ? Narrow(rule, diagnostics) : rule)];
    }

    private bool IsFor(DetectionRule rule) =>
        Rules.Contains(rule.Name) || (rule.Id is not null && Rules.Contains(rule.Id)) || (Rules is ["any"] && rule.Search is not null);

    private DetectionRule Narrow(DetectionRule rule, Diagnostics diagnostics)
    {
        if (rule.Search is null)
        {
            diagnostics.Error(Location, $"'{rule.Name}' rests on other rules; a filter narrows those");
            return rule;
        }

        return rule with { Search = new SearchDefinition(new Expression.And([rule.Search.Condition, Condition])), NarrowedBy = [.. rule.NarrowedBy, Location] };
    }
}
