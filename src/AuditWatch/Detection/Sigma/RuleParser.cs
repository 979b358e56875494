using AuditWatch.Yaml;

namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Reads one YAML document: a Sigma rule, a Sigma correlation or a composite, with the <c>auditwatch</c> block that says how its findings become an alert.
/// Everything that is wrong with it is reported; what is wrong makes it unusable as a whole.
/// </summary>
/// <param name="placeholders">The lists for the modifier <c>expand</c>.</param>
/// <param name="diagnostics">Gets what there is to say.</param>
internal sealed class RuleParser(Placeholders placeholders, Diagnostics diagnostics)
{
    /// <summary>What could be read of the rules that cannot be used: for those who look for further mistakes in them.</summary>
    public List<DetectionRule> Broken { get; } = [];

    /// <summary>The rule in a document, or null if it is not for us or cannot be used.</summary>
    /// <param name="document">The document.</param>
    /// <param name="defaultName">The name of a rule that gives itself none.</param>
    public DetectionRule? Parse(YamlValue document, string defaultName)
    {
        var before = diagnostics.ErrorCount;
        var map = new YamlMap(document, diagnostics);
        var restsOnOthers = Says(document, map, "correlation") | Says(document, map, "composite");
        if (!restsOnOthers && !LogSource.IsKubernetesAudit(map, diagnostics))
        {
            return null;
        }

        var title = map.RequiredString("title");
        var (correlation, composite) = map.Map("correlation") is { } section ? new CorrelationParser(diagnostics).Parse(section) : (null, null);
        composite = map.Map("composite") is { } steps ? new CompositeParser(placeholders, diagnostics).Parse(steps) : composite;
        var search = restsOnOthers ? null : Search(map);
        var block = map.Map("auditwatch");
        var dedup = block?.Map("dedup");
        var rule = new DetectionRule
        {
            Name = map.String("name") ?? defaultName,
            Id = map.String("id"),
            Title = title,
            Level = ParseLevel(map, "level") ?? Level.Medium,
            DeniedLevel = DeniedLevel(block, restsOnOthers),
            Status = map.String("status"),
            Description = map.String("description"),
            Author = map.String("author"),
            Tags = map.Strings("tags"),
            References = map.Strings("references"),
            FalsePositives = map.Strings("falsepositives"),
            Runbook = block?.String("runbook"),
            Summary = block?.String("summary") ?? title,
            Actor = block?.String("actor") ?? "actor",
            DedupBy = dedup?.Strings("by") is { Count: > 0 } by ? by : correlation?.GroupBy ?? DedupBy(composite) ?? ["actor"],
            DedupWindow = dedup?.Duration("window") ?? TimeSpan.FromHours(1),
            Updates = Updates(block, restsOnOthers),
            Search = search,
            Correlation = correlation,
            Composite = composite,
            IsAwaited = block?.Boolean("awaited", otherwise: false) ?? false,
            FirstSeen = block?.Map("firstSeen") is { } firstSeen ? FirstSeen(firstSeen) : null,
            Location = document.Location,
        };
        new RuleFieldCheck(rule, block, dedup, diagnostics).Run();

        map.Ignore("date", "modified", "license", "related", "fields", "logsource", "taxonomy", "scope", "sigma-version");
        map.RejectUnknown();
        block?.RejectUnknown();
        dedup?.RejectUnknown();
        if (diagnostics.ErrorCount == before)
        {
            return rule;
        }

        Broken.Add(rule);
        return null;
    }

    // Be it empty or mistyped, which is a mistake of its own: it is no rule on single events that lacks what those have.
    private bool Says(YamlValue document, YamlMap map, string section)
    {
        var written = document.Pairs.Select(pair => pair.Key.Text).ToList();
        if (!map.TryGet(section, out _) && written.Contains(section))
        {
            diagnostics.Error(map.LocationOf(section), $"'{section}' is empty");
        }

        return written.Contains(section) || (!written.Contains("detection") && written.Exists(key => Suggestion.For(key, [section, "condition", "description"]).Contains($"'{section}'", StringComparison.Ordinal)));
    }

    private static List<string>? DedupBy(CompositeDefinition? composite) =>
        composite?.Variables.Select(name => "$" + name).ToList() is { Count: > 0 } variables ? variables : null;

    private IReadOnlyList<string> Updates(YamlMap? block, bool restsOnOthers)
    {
        if (block?.TryGet("updates", out _) != true)
        {
            return restsOnOthers ? [] : DetectionRule.DefaultUpdates;
        }

        if (restsOnOthers)
        {
            diagnostics.Error(block.LocationOf("updates"), "what rests on other detections stands for many requests: 'updates' belongs to a rule on single events");
        }

        return block.Strings("updates");
    }

    private FirstSeenDefinition FirstSeen(YamlMap section)
    {
        var by = section.Strings("by");
        if (by.Count == 0)
        {
            section.Missing("by");
        }

        foreach (var field in by)
        {
            RuleFieldCheck.Check(field, section.LocationOf("by"), [], diagnostics);
        }

        var learn = section.Duration("learn") ?? FirstSeenDefinition.DefaultLearn;
        section.RejectUnknown();
        return new FirstSeenDefinition(by, learn);
    }

    private SearchDefinition? Search(YamlMap rule)
    {
        if (rule.Map("detection") is not { } detection)
        {
            rule.Missing("detection");
            return null;
        }

        if (detection.TryGet("timeframe", out var timeframe))
        {
            diagnostics.Error(timeframe.Location, "'timeframe' belongs to the aggregations of Sigma 1, which are not supported; write a correlation");
        }

        return new SearchParser(placeholders, diagnostics).Parse(detection, "timeframe") is { } condition ? new SearchDefinition(condition) : null;
    }

    private Level? DeniedLevel(YamlMap? block, bool restsOnOthers)
    {
        var level = block is null ? null : ParseLevel(block, "deniedLevel");
        if (level is not null && restsOnOthers)
        {
            diagnostics.Error(block!.LocationOf("deniedLevel"), "what rests on other detections stands for many requests: 'deniedLevel' belongs to a rule on single events");
        }

        return level;
    }

    private Level? ParseLevel(YamlMap map, string key)
    {
        if (map.String(key) is not { } text)
        {
            return null;
        }

        if (Enum.TryParse<Level>(text, ignoreCase: true, out var level) && Enum.IsDefined(level) && !char.IsAsciiDigit(text[0]))
        {
            return level;
        }

        var names = Enum.GetNames<Level>().Select(name => name.ToLowerInvariant()).ToList();
        diagnostics.Error(map.LocationOf(key), $"'{text}' is not a level ({string.Join(", ", names)}){Suggestion.For(text, names)}");
        return null;
    }
}
