using AuditWatch.Configuration;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Host.Output;

/// <summary>The catalogue as a page, tactic by tactic: docs/detections.md is its output.</summary>
internal static class DetectionMarkdown
{
    /// <summary>Writes the page; the same set gives the same page.</summary>
    public static void Write(TextWriter output, IReadOnlyList<DetectionRule> rules)
    {
        output.Write("# Detections\n\n");
        output.Write("This page is the output of `auditwatch detections list --format markdown`; edit the rules, not the page.\n\n");
        output.Write($"{Counted.Of(rules.Count, "rule")}. A rule that only feeds a correlation raises no alert of its own.\n");
        foreach (var tactic in rules.GroupBy(Tactic).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            output.Write($"\n## {tactic.Key}\n\n| Detection | Level | What it finds | Technique |\n|---|---|---|---|\n");
            foreach (var rule in tactic.OrderBy(rule => rule.Name, StringComparer.Ordinal))
            {
                output.Write($"| `{rule.Name}` | {rule.Level.Word()} | {Cell(rule.Title)} | {string.Join(", ", rule.Tags.Where(IsTechnique).Select(Link))} |\n");
            }
        }

        WriteFilters(output, rules);
    }

    // A filter of a rule that feeds a correlation quiets the correlation.
    private static void WriteFilters(TextWriter output, IReadOnlyList<DetectionRule> rules)
    {
        var narrowed = ShippedFilters.Names.Select(name => (Name: name, Rules: ShippedFilters.RulesOf(name))).ToList();
        var noisy = rules
            .Select(rule => (rule.Name, Filters: narrowed.Where(filter => filter.Rules.Contains(rule.Name) || rule.Correlation?.Rules.Any(counted => filter.Rules.Contains(counted.Text)) == true).Select(filter => filter.Name).ToList()))
            .Where(rule => rule.Filters.Count > 0).OrderBy(rule => rule.Name, StringComparer.Ordinal).ToList();
        if (noisy.Count > 0)
        {
            output.Write("\n## Filters to switch on\n\nFor what raises these in your cluster and is as it should be; [filters.md](filters.md) says how. A filter of a rule quiets the correlations that count it.\n\n| Detection | Filters |\n|---|---|\n");
            foreach (var rule in noisy)
            {
                output.Write($"| `{rule.Name}` | {string.Join(", ", rule.Filters.Select(filter => $"`filter:{filter}`"))} |\n");
            }
        }
    }

    // The folder a rule lies in is its tactic.
    private static string Tactic(DetectionRule rule) => Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(rule.Location.File))) ?? "";

    private static bool IsTechnique(string tag) => tag.StartsWith("attack.t", StringComparison.OrdinalIgnoreCase) && char.IsAsciiDigit(tag["attack.t".Length]);

    private static string Link(string tag)
    {
        var technique = tag["attack.".Length..].ToUpperInvariant();
        return $"[{technique}](https://attack.mitre.org/techniques/{technique.Replace('.', '/')}/)";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
