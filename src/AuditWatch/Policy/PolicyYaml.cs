using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuditWatch.Policy;

/// <summary>Writes policy rules as YAML for the API server.</summary>
internal static partial class PolicyYaml
{
    private static readonly string[] Reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

    /// <summary>The rule on one line, in flow style.</summary>
    public static string Line(PolicyRule rule) => $"- {{{string.Join(", ", Fields(rule).Select(field => $"{field.Key}: {field.Value}"))}}}";

    /// <summary>The rule in block style, one field a line, without a line feed at the end.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="indent">The text that every line begins with.</param>
    public static string Block(PolicyRule rule, string indent)
    {
        var lines = new List<string>();
        foreach (var (key, value) in Fields(rule))
        {
            lines.Add($"{indent}{(lines.Count == 0 ? "- " : "  ")}{key}:{(key == "resources" ? "" : " " + value)}");
            lines.AddRange(key == "resources" ? rule.Resources.Select(entry => $"{indent}    - {Entry(entry)}") : []);
        }

        return string.Join('\n', lines);
    }

    /// <summary>The rule in block style, without a line feed at the end, its lists broken so that it can be copied from a narrow terminal.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="indent">The text that every line begins with.</param>
    /// <param name="width">How long lines are at most, but for names that are longer.</param>
    public static string Wrapped(PolicyRule rule, string indent, int width)
    {
        var lines = new List<string>();
        foreach (var (key, value) in Fields(rule))
        {
            var start = $"{indent}{(lines.Count == 0 ? "- " : "  ")}{key}:";
            if (key != "resources")
            {
                lines.AddRange(Wrap($"{start} {value}", indent + "    ", width));
                continue;
            }

            lines.Add(start);
            foreach (var entry in rule.Resources)
            {
                lines.Add($"{indent}    - group: {Text(entry.Group)}");
                lines.AddRange(entry.Resources.Count == 0 ? [] : Wrap($"{indent}      resources: {List(entry.Resources)}", indent + "        ", width));
                lines.AddRange(entry.Names.Count == 0 ? [] : Wrap($"{indent}      resourceNames: {List(entry.Names)}", indent + "        ", width));
            }
        }

        return string.Join('\n', lines);
    }

    // A flow sequence may go on below, further in than its key.
    private static IEnumerable<string> Wrap(string line, string indent, int width)
    {
        while (line.Length > width && line.LastIndexOf(", ", width - 1, StringComparison.Ordinal) is > 0 and var comma)
        {
            yield return line[..(comma + 1)];
            line = indent + line[(comma + 2)..];
        }

        yield return line;
    }

    private static IEnumerable<(string Key, string Value)> Fields(PolicyRule rule)
    {
        yield return ("level", rule.Level.ToString());
        foreach (var (key, words) in new[] { ("users", rule.Users), ("userGroups", rule.UserGroups), ("verbs", rule.Verbs) }.Where(pair => pair.Item2.Count > 0))
        {
            yield return (key, List(words));
        }

        if (rule.Resources.Count > 0)
        {
            yield return ("resources", $"[{string.Join(", ", rule.Resources.Select(Entry))}]");
        }

        foreach (var (key, words) in new[] { ("namespaces", rule.Namespaces), ("nonResourceURLs", rule.NonResourceUrls) }.Where(pair => pair.Item2.Count > 0))
        {
            yield return (key, List(words));
        }

        if (rule.OmitStages != AuditStages.None)
        {
            yield return ("omitStages", $"[{rule.OmitStages}]");
        }

        if (rule.OmitManagedFields is { } omitted)
        {
            yield return ("omitManagedFields", omitted ? "true" : "false");
        }
    }

    private static string Entry(GroupResources entry) => "{group: " + Text(entry.Group)
        + (entry.Resources.Count > 0 ? ", resources: " + List(entry.Resources) : "")
        + (entry.Names.Count > 0 ? ", resourceNames: " + List(entry.Names) : "") + "}";

    private static string List(IEnumerable<string> words) => $"[{string.Join(", ", words.Select(Text))}]";

    private static string Text(string word) =>
        PlainPattern().IsMatch(word) && !Reserved.Contains(word, StringComparer.OrdinalIgnoreCase) ? word : JsonSerializer.Serialize(word);

    [GeneratedRegex(@"^[A-Za-z/][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainPattern();
}
