using AuditWatch.Detection.Sigma;
using AuditWatch.Yaml;

namespace AuditWatch.Detection;

/// <summary>Loads detections from folders and files: every <c>*.yml</c> and <c>*.yaml</c> file except tests (<c>*.tests.yml</c>). Thread-safe.</summary>
internal static class DetectionLoader
{
    /// <summary>Loads all valid detections; errors are reported with file, line and column.</summary>
    /// <param name="paths">Folders, searched to any depth, and files.</param>
    /// <param name="diagnostics">Receives errors and warnings.</param>
    /// <param name="changes">Folders and files whose rules are added to the others, or take the place of those with the same name. Default: none.</param>
    /// <returns>The valid rules. Whether to run them when others have errors is the caller's decision.</returns>
    public static DetectionSet Load(IEnumerable<string> paths, Diagnostics diagnostics, IReadOnlyList<string>? changes = null)
    {
        List<string> all = [.. paths, .. changes ?? []];
        var placeholders = Placeholders.Load(all, diagnostics);
        var parser = new RuleParser(placeholders, diagnostics);
        var rules = new List<DetectionRule>();
        var filters = new List<SigmaFilter>();
        foreach (var file in FilesIn(all, diagnostics))
        {
            foreach (var document in YamlFile.Load(file, diagnostics))
            {
                if (document.Pairs.Any(pair => pair.Key.Text == "filter"))
                {
                    filters.AddRange(SigmaFilter.Parse(document, placeholders, diagnostics) is { } filter ? [filter] : []);
                }
                else if (parser.Parse(document, Path.GetFileNameWithoutExtension(file)) is { } rule)
                {
                    rules.Add(rule);
                }
            }
        }

        var changed = changes is null ? [] : FilesIn(changes, []).ToHashSet(StringComparer.Ordinal);
        var replaced = rules.Where(rule => changed.Contains(rule.Location.File)).Select(rule => rule.Name).ToHashSet(StringComparer.Ordinal);
        rules.RemoveAll(rule => replaced.Contains(rule.Name) && !changed.Contains(rule.Location.File));
        RejectDuplicates(rules, rule => rule.Name, "name", diagnostics);
        RejectDuplicates(rules, rule => rule.Id, "id", diagnostics);
        CorrelationLinks.Check(rules, parser.Broken, diagnostics);
        CompositeLinks.Check(rules, parser.Broken, diagnostics);
        return new DetectionSet(filters.Aggregate((IReadOnlyList<DetectionRule>)rules, (narrowed, filter) => filter.ApplyTo(narrowed, parser.Broken, diagnostics))) { Broken = parser.Broken };
    }

    /// <summary>Loads a set, and throws unless there is at least one detection and all are valid.</summary>
    /// <param name="paths">Folders, searched to any depth, and files.</param>
    /// <param name="changes">See <see cref="Load"/>.</param>
    /// <exception cref="DetectionException">A detection is broken, or there is none.</exception>
    public static DetectionSet LoadUsable(IReadOnlyList<string> paths, IReadOnlyList<string>? changes = null)
    {
        var diagnostics = new Diagnostics();
        var detections = Load(paths, diagnostics, changes);
        return diagnostics.HasErrors ? throw new DetectionException(string.Join('\n', diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)))
            : detections.Rules.Count == 0 ? throw new DetectionException($"there are no detections in {string.Join(", ", paths)}")
            : detections;
    }

    /// <summary>Whether a file holds tests of detections rather than detections.</summary>
    public static bool IsTestFile(string file) => Path.GetFileNameWithoutExtension(file).EndsWith(".tests", StringComparison.Ordinal);

    private static List<string> FilesIn(IEnumerable<string> paths, Diagnostics diagnostics)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
            {
                files.AddRange(DetectionFiles.In(path, tests: false));
            }
            else if (File.Exists(path))
            {
                files.Add(path);
            }
            else
            {
                diagnostics.Error(new SourceLocation(path, 1, 1), "there is no such file or folder");
            }
        }

        return [.. files.Distinct(StringComparer.Ordinal)];
    }

    private static void RejectDuplicates(List<DetectionRule> rules, Func<DetectionRule, string?> key, string what, Diagnostics diagnostics)
    {
        var first = new Dictionary<string, DetectionRule>(StringComparer.OrdinalIgnoreCase);
        foreach (var rule in rules)
        {
            if (key(rule) is { } value && !first.TryAdd(value, rule))
            {
                diagnostics.Error(rule.Location, $"the {what} '{value}' is taken by the rule at {first[value].Location}: give it one of its own");
            }
        }

        rules.RemoveAll(rule => key(rule) is { } value && first[value] != rule);
    }
}
