using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Reads one YAML document: a Sigma rule or a Sigma correlation, with the <c>auditwatch</c> block that says how its findings become an alert.
/// Everything that is wrong with it is reported; what is wrong makes it unusable as a whole.
/// </summary>
/// <param name="diagnostics">Gets what there is to say.</param>
internal sealed class RuleParser(Diagnostics diagnostics)
{
    /// <summary>The rule in a document, or null if it is not for us or cannot be used.</summary>
    /// <param name="document">The document.</param>
    /// <param name="defaultName">The name of a rule that gives itself none.</param>
    public DetectionRule? Parse(YamlValue document, string defaultName)
    {
        var before = diagnostics.ErrorCount;
        var map = new YamlMap(document, diagnostics);
        if (!map.TryGet("correlation", out _) && !IsForKubernetesAudit(map))
        {
            return null;
        }

        var title = map.RequiredString("title");
        var correlation = map.Map("correlation") is { } body ? new CorrelationParser(diagnostics).Parse(body) : null;
        var search = correlation is null ? Search(map) : null;
        var block = map.Map("auditwatch");
        var dedup = block?.Map("dedup");
        var rule = new DetectionRule
        {
            Name = map.String("name") ?? defaultName,
            Id = map.String("id"),
            Title = title,
            Level = ParseLevel(map),
            Status = map.String("status"),
            Description = map.String("description"),
            Author = map.String("author"),
            Tags = map.Strings("tags"),
            References = map.Strings("references"),
            FalsePositives = map.Strings("falsepositives"),
            Runbook = block?.String("runbook"),
            Summary = block?.String("summary") ?? title,
            Actor = block?.String("actor") ?? "actor",
            DedupBy = dedup?.Strings("by") is { Count: > 0 } by ? by : correlation is { GroupBy.Count: > 0 } ? correlation.GroupBy : ["actor"],
            DedupWindow = dedup?.Duration("window") ?? TimeSpan.FromHours(1),
            Search = search,
            Correlation = correlation,
            Location = document.Location,
        };
        CheckFields(rule, block, dedup);

        map.Ignore("date", "modified", "license", "related", "fields", "logsource", "taxonomy", "scope", "sigma-version");
        map.RejectUnknown();
        block?.RejectUnknown();
        dedup?.RejectUnknown();
        return diagnostics.ErrorCount == before ? rule : null;
    }

    private bool IsForKubernetesAudit(YamlMap map)
    {
        if (map.Map("logsource") is not { } source)
        {
            map.Missing("logsource");
            return true;
        }

        var product = source.String("product");
        var service = source.String("service");
        source.Ignore("category", "definition");
        source.RejectUnknown();
        if (product == "kubernetes" && service is null or "audit")
        {
            return true;
        }

        diagnostics.Notice(source.Location, $"skipped: a rule for {product ?? "any product"}/{service ?? "any service"}, not for kubernetes/audit");
        return false;
    }

    private SearchDefinition? Search(YamlMap rule)
    {
        if (rule.Map("detection") is not { } detection)
        {
            rule.Missing("detection");
            return null;
        }

        var selections = new Dictionary<string, Expression>(StringComparer.Ordinal);
        var places = new Dictionary<string, SourceLocation>(StringComparer.Ordinal);
        var parser = new SelectionParser(diagnostics);
        foreach (var (key, value) in detection.Values)
        {
            if (key.Text is "condition" or "timeframe")
            {
                continue;
            }

            selections[key.Text] = parser.Parse(value);
            places[key.Text] = key.Location;
        }

        if (detection.TryGet("timeframe", out var timeframe))
        {
            diagnostics.Error(timeframe.Location, "'timeframe' belongs to the aggregations of Sigma 1, which are not supported; write a correlation");
        }

        if (!detection.TryGet("condition", out var condition))
        {
            detection.Missing("condition");
            return null;
        }

        var used = new HashSet<string>(StringComparer.Ordinal);
        var alternatives = new List<Expression>();
        foreach (var text in condition.Elements)
        {
            try
            {
                alternatives.Add(ConditionParser.Parse(text.Text, text.Location, selections, used));
            }
            catch (SigmaException problem)
            {
                diagnostics.Error(problem.Location, problem.Message);
            }
        }

        foreach (var (name, place) in places)
        {
            if (!used.Contains(name) && alternatives.Count > 0)
            {
                diagnostics.Warning(place, $"the condition does not use the selection '{name}'");
            }
        }

        return alternatives.Count == 0 ? null : new SearchDefinition(alternatives.Count == 1 ? alternatives[0] : new Expression.Or(alternatives));
    }

    private Level ParseLevel(YamlMap map)
    {
        if (map.String("level") is not { } text)
        {
            return Level.Medium;
        }

        if (Enum.TryParse<Level>(text, ignoreCase: true, out var level) && Enum.IsDefined(level) && !char.IsAsciiDigit(text[0]))
        {
            return level;
        }

        var names = Enum.GetNames<Level>().Select(name => name.ToLowerInvariant()).ToList();
        diagnostics.Error(map.LocationOf("level"), $"'{text}' is not a level ({string.Join(", ", names)}){Suggestion.For(text, names)}");
        return Level.Medium;
    }

    private void CheckFields(DetectionRule rule, YamlMap? block, YamlMap? dedup)
    {
        CheckField(rule.Actor, block?.LocationOf("actor") ?? rule.Location);
        foreach (var field in rule.DedupBy)
        {
            CheckField(field, dedup?.LocationOf("by") ?? rule.Location);
        }

        foreach (var field in SummaryTemplate.FieldsOf(rule.Summary))
        {
            CheckField(field, block?.LocationOf("summary") ?? rule.Location);
        }
    }

    private void CheckField(string field, SourceLocation location)
    {
        if (!Events.FieldPath.TryParse(field, out _))
        {
            diagnostics.Error(location, $"no audit event has a field '{field}'{Suggestion.For(field.Split('.')[0], Events.FieldPath.Roots)}");
        }
    }
}
