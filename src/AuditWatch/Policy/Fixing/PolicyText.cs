using System.Text.RegularExpressions;

namespace AuditWatch.Policy.Fixing;

/// <summary>
/// Writes a fixed policy: into the text of the original, whose comments stay, where its rules are a list with a line for each rule's beginning; else anew, without comments.
/// </summary>
internal static partial class PolicyText
{
    /// <summary>How long lines are at most, but for names that are longer.</summary>
    public const int Width = 78;

    /// <summary>The text.</summary>
    /// <param name="path">The file that the original was read from, for the parser's messages.</param>
    /// <param name="original">The text of the original.</param>
    /// <param name="policy">The original.</param>
    /// <param name="fixedPolicy">What is to become of it.</param>
    /// <param name="keepsComments">Whether it is the original with additions.</param>
    public static string Of(string path, string original, AuditPolicy policy, FixedPolicy fixedPolicy, out bool keepsComments)
    {
        var text = Edited(original, policy, fixedPolicy);
        keepsComments = text is not null && Parse(path, text) is { } read && IsSame(read, fixedPolicy.Policy);
        return keepsComments ? text! : Anew(fixedPolicy.Policy);
    }

    /// <summary>The spaces before the rules of a policy, where they stand in a list of lines; else two.</summary>
    public static string IndentOf(AuditPolicy policy) => new(' ', Math.Max(0, policy.Rules.Select(rule => rule.Location.Column - 3).FirstOrDefault(2)));

    private static AuditPolicy? Parse(string path, string text) => PolicyParser.Parse(path, text, []);

    private static bool IsSame(AuditPolicy one, AuditPolicy other) =>
        one.OmitStages == other.OmitStages && one.OmitManagedFields == other.OmitManagedFields && one.Rules.Select(PolicyYaml.Line).SequenceEqual(other.Rules.Select(PolicyYaml.Line));

    private static string? Edited(string original, AuditPolicy policy, FixedPolicy fixedPolicy)
    {
        var end = original.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var lines = original.ReplaceLineEndings("\n").Split('\n').ToList();
        var starts = policy.Rules.Select(rule => rule.Location.Line - 1).ToList();
        if (starts.Exists(line => line >= lines.Count || !RulePattern().IsMatch(lines[line])))
        {
            return null;
        }

        // From the end, so that lines keep their numbers.
        for (var slot = policy.Rules.Count; slot >= 0; slot--)
        {
            var last = slot == policy.Rules.Count;
            if (!last && fixedPolicy.Taken[slot] != AuditStages.None)
            {
                var until = slot + 1 < starts.Count ? starts[slot + 1] : EndOfRules(lines, starts[^1]);
                RemoveStages(lines, starts[slot], until, fixedPolicy.Taken[slot]);
            }

            if (fixedPolicy.Before[slot].Count > 0)
            {
                var place = last ? EndOfRules(lines, starts[^1]) : AboveComments(lines, starts[slot]);
                var indent = RulePattern().Match(lines[starts[last ? slot - 1 : slot]]).Groups[1].Value;
                lines.InsertRange(place, fixedPolicy.Before[slot].SelectMany(rule => Block(rule, indent)).Prepend($"{indent}# So that detections see what the {(last ? "rules above leave" : "rule below leaves")} out."));
            }
        }

        if (fixedPolicy.TakenFromPolicy != AuditStages.None)
        {
            RemoveStages(lines, policy.OmitStagesLocation.Line - 1, lines.Count, fixedPolicy.TakenFromPolicy);
        }

        return string.Join(end, lines);
    }

    // Comments belong to what is below them.
    private static int AboveComments(List<string> lines, int line)
    {
        while (line > 0 && lines[line - 1].TrimStart().StartsWith('#'))
        {
            line--;
        }

        return line;
    }

    private static int EndOfRules(List<string> lines, int lastRule)
    {
        var indent = RulePattern().Match(lines[lastRule]).Groups[1].Length;
        var end = lastRule + 1;
        for (var line = lastRule + 1; line < lines.Count; line++)
        {
            var text = lines[line].TrimStart();
            if (text.Length > 0 && text[0] != '#')
            {
                if (lines[line].Length - text.Length <= indent)
                {
                    break;
                }

                end = line + 1;
            }
        }

        return end;
    }

    // The first 'omitStages' from a line on, on one line or with its stages below it.
    private static void RemoveStages(List<string> lines, int from, int until, AuditStages stages)
    {
        var at = lines.FindIndex(from, until - from, line => OmitStagesPattern().IsMatch(line));
        if (at < 0)
        {
            return;
        }

        var match = OmitStagesPattern().Match(lines[at]);
        if (match.Groups[2].Value.Length > 0)
        {
            var left = match.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(stage => !Names(stages).Contains(stage.Trim('"', '\''))).ToList();
            lines[at] = $"{match.Groups[1].Value}[{string.Join(", ", left)}]{match.Groups[3].Value}";
            return;
        }

        var (line, remaining) = (at + 1, 0);
        while (line < lines.Count && StagePattern().Match(lines[line]) is { Success: true } item)
        {
            if (Names(stages).Contains(item.Groups[1].Value))
            {
                lines.RemoveAt(line);
            }
            else
            {
                line++;
                remaining++;
            }
        }

        lines[at] = remaining == 0 ? match.Groups[1].Value.TrimEnd() + " []" : lines[at];
    }

    private static string[] Names(AuditStages stages) => stages.ToString().Split(", ");

    private static string Anew(AuditPolicy policy)
    {
        var lines = new List<string> { "apiVersion: audit.k8s.io/v1", "kind: Policy" };
        lines.AddRange(policy.OmitStages == AuditStages.None ? [] : [$"omitStages: [{policy.OmitStages}]"]);
        lines.AddRange(policy.OmitManagedFields ? ["omitManagedFields: true"] : []);
        lines.Add("rules:");
        lines.AddRange(policy.Rules.SelectMany(rule => Block(rule, "  ")));
        return string.Join('\n', lines) + "\n";
    }

    private static string[] Block(PolicyRule rule, string indent) => PolicyYaml.Wrapped(rule, indent, Width).Split('\n');

    [GeneratedRegex(@"^( *)- +\S", RegexOptions.CultureInvariant)]
    private static partial Regex RulePattern();

    [GeneratedRegex(@"^(\s*(?:- +)?omitStages:\s*)(?:\[([^\]]*)\])?(.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex OmitStagesPattern();

    [GeneratedRegex(@"^\s*-\s+[""']?([A-Za-z]+)[""']?\s*(?:#.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex StagePattern();
}
