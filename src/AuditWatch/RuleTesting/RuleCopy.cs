using System.Text.RegularExpressions;
using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Yaml;

namespace AuditWatch.RuleTesting;

/// <summary>
/// A rule under a new name, to be changed: its whole file, comments and all, with names, ids and the references between its rules made new, so that it runs
/// beside the original; its tests; and the lists that it expands.
/// </summary>
/// <param name="rule">The original.</param>
/// <param name="detections">The set that it is in; every rule of it can be used.</param>
/// <param name="name">The new name.</param>
internal sealed partial class RuleCopy(DetectionRule rule, DetectionSet detections, string name)
{
    private static readonly string[] TestEndings = [".tests.yml", ".tests.yaml"];

    private readonly List<DetectionRule> _inFile = [.. detections.Rules.Where(other => other.Location.File == rule.Location.File)];

    /// <summary>The names of the rules in other files that it rests on: its tests need them.</summary>
    public IReadOnlyList<string> RestsOn => [.. _inFile.SelectMany(detections.ReferencedBy).Except(_inFile).Select(other => other.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>The file of the rule.</summary>
    public string Text()
    {
        var text = File.ReadAllText(rule.Location.File);
        var edits = new List<(SourceLocation Place, string Old, string New)>();
        foreach (var document in YamlFile.Load(rule.Location.File, []))
        {
            var pairs = document.Pairs.ToDictionary(pair => pair.Key.Text, pair => pair.Value, StringComparer.Ordinal);
            edits.AddRange(pairs.TryGetValue("name", out var old) ? [(old.Location, old.Text, NewName(old.Text))] : []);
            edits.AddRange(pairs.TryGetValue("id", out var id) ? [(id.Location, id.Text, Guid.NewGuid().ToString())] : []);
        }

        edits.AddRange(
            from other in _inFile
            from reference in other.Correlation is { } correlation
                ? correlation.Rules.Concat(correlation.Aliases.SelectMany(alias => alias.Fields).Select(pair => pair.Key))
                : other.Composite?.Parts.SelectMany(part => part.Rules) ?? []
            where _inFile.Exists(reference.IsTo)
            select (reference.Location, reference.Text, NewName(_inFile.Find(reference.IsTo)!.Name)));
        return Edit(text, edits);
    }

    /// <summary>The file of its tests; null if it has none.</summary>
    public string? Tests()
    {
        var file = TestEndings.Select(ending => Path.ChangeExtension(rule.Location.File, ending)).FirstOrDefault(File.Exists);
        return file is null ? null : Edit(File.ReadAllText(file),
        [
            .. from document in YamlFile.Load(file, [])
               from pair in document.Pairs
               where pair.Key.Text == "detection"
               select (pair.Value.Location, pair.Value.Text, NewName(pair.Value.Text)),
        ]);
    }

    /// <summary>The files of the lists that it expands.</summary>
    public IEnumerable<string> Lists() => PlaceholderPattern().Matches(File.ReadAllText(rule.Location.File))
        .Select(match => Path.Combine(Placeholders.FolderFor(rule.Location.File), match.Groups[1].Value + ".txt")).Distinct(StringComparer.Ordinal).Where(File.Exists);

    private string NewName(string old) => old == rule.Name ? name : $"{name}_{old}";

    // From the end to the beginning, so that places stay what they are.
    private static string Edit(string text, IEnumerable<(SourceLocation Place, string Old, string New)> edits)
    {
        var lines = text.Split('\n');
        foreach (var (place, old, replacement) in edits.Distinct().OrderByDescending(edit => edit.Place.Line).ThenByDescending(edit => edit.Place.Column))
        {
            var line = lines[place.Line - 1];
            var at = line.IndexOf(old, place.Column - 1, StringComparison.Ordinal);
            lines[place.Line - 1] = at < 0 ? line : line[..at] + replacement + line[(at + old.Length)..];
        }

        return string.Join('\n', lines);
    }

    [GeneratedRegex("%([A-Za-z0-9_.-]+)%", RegexOptions.CultureInvariant)]
    private static partial Regex PlaceholderPattern();
}
