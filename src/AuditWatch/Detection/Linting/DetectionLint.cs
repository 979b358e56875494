namespace AuditWatch.Detection.Linting;

/// <summary>What a rule can be told beyond whether it loads: that it can never fire, has no tests, or wears tags that nobody knows.</summary>
internal static partial class DetectionLint
{
    /// <summary>The statuses of the Sigma Rules Specification 2.1.</summary>
    public static IReadOnlyList<string> Statuses { get; } = ["stable", "test", "experimental", "deprecated", "unsupported"];

    private static readonly HashSet<string> Tactics = new(AttackTactics.All, StringComparer.OrdinalIgnoreCase);

    /// <summary>Looks over a set.</summary>
    /// <param name="detections">The rules.</param>
    /// <param name="tested">The names of those that have tests.</param>
    /// <param name="diagnostics">Gets what there is to say.</param>
    public static void Check(DetectionSet detections, IEnumerable<string> tested, Diagnostics diagnostics)
    {
        var withTests = tested.ToHashSet(StringComparer.Ordinal);
        var feeding = detections.FeedingOnly().Select(rule => rule.Name).ToHashSet(StringComparer.Ordinal);
        var brokenFiles = detections.Broken.Select(rule => rule.Location.File).ToHashSet(StringComparer.Ordinal);
        foreach (var rule in detections.Rules.Concat(detections.Broken))
        {
            if (rule.Search is not null)
            {
                new PossibleMatches(diagnostics).Report(rule.Search.Condition);
                TrustByName.Report(rule.Search.Condition, diagnostics);
                MistypedNames.Report(rule.Search.Condition, diagnostics);
            }

            if (rule.Composite is { } composite)
            {
                CompositeLint.Report(composite, detections.Rules, diagnostics);
            }

            // A rule that only feeds others is tested with them; in a file with errors, which those are cannot be told.
            if (!brokenFiles.Contains(rule.Location.File) && !withTests.Contains(rule.Name) && !feeding.Contains(rule.Name))
            {
                diagnostics.Warning(rule.Location, $"'{rule.Name}' has no tests; write them to {Path.GetFileNameWithoutExtension(rule.Location.File)}.tests.yml beside it");
            }

            if (rule.Id is not null && !Guid.TryParse(rule.Id, out _))
            {
                diagnostics.Warning(rule.Location, $"the id '{rule.Id}' is not a UUID");
            }

            if (rule.Status is not null && !Statuses.Contains(rule.Status))
            {
                diagnostics.Warning(rule.Location, $"unknown status '{rule.Status}'{Yaml.Suggestion.For(rule.Status, Statuses)}");
            }

            foreach (var tag in rule.Tags.Where(tag => !IsKnown(tag)))
            {
                diagnostics.Warning(rule.Location, $"unknown tag '{tag}'{Suggestion(tag)}");
            }
        }
    }

    // The namespaces of the Sigma Rules Specification 2.1, appendix "Tags"; tactics were once written with underscores.
    private static bool IsKnown(string tag)
    {
        var dot = tag.IndexOf('.', StringComparison.Ordinal);
        var (space, name) = dot < 0 ? ("", tag) : (tag[..dot], tag[(dot + 1)..]);
        return space switch
        {
            "attack" => TechniquePattern().IsMatch(name) || Tactics.Contains(name.Replace('_', '-')),
            "car" or "cve" or "d3fend" or "detection" or "stp" or "tlp" => name.Length > 0,
            _ => false,
        };
    }

    private static string Suggestion(string tag) => Yaml.Suggestion.For(tag, Tactics.Select(tactic => "attack." + tactic));

    [System.Text.RegularExpressions.GeneratedRegex(@"^([tgs]\d{4}(\.\d{3})?|ta\d{4}|m\d{4})$", System.Text.RegularExpressions.RegexOptions.IgnoreCase | System.Text.RegularExpressions.RegexOptions.CultureInvariant)]
    private static partial System.Text.RegularExpressions.Regex TechniquePattern();
}
