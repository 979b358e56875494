using System.Text;
using AuditWatch.Detection;
using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy.Generation;

/// <summary>Generates the smallest audit policy that records all that detections look for. Deterministic: the same detections give the same text.</summary>
internal static class PolicyGenerator
{
    private const int Width = 120;

    /// <summary>Generates the policy.</summary>
    /// <param name="detections">The detections.</param>
    /// <param name="omitNoise">Whether to leave out frequent harmless requests, as far as no detection goes blind: see <see cref="NoiseRules"/>.</param>
    /// <returns>YAML with comments, ending with a line feed.</returns>
    public static string Generate(DetectionSet detections, bool omitNoise)
    {
        var conditions = detections.Rules.Where(rule => rule is { Search: not null, IsAwaited: false }).Select(rule => rule.Search!.Condition).ToList();
        var universe = RequestUniverse.Of(policy: null, conditions);
        var rules = RequiredRules.For(detections, universe);
        var stages = conditions.Exists(CompiledRule.SelectsStage) ? AuditStages.None : AuditStages.RequestReceived;
        var policy = new AuditPolicy([.. rules.Select(rule => rule.Rule)], stages, default, OmitManagedFields: true);
        IReadOnlyList<GeneratedRule> noise = omitNoise ? NoiseRules.For(policy, detections) : [];
        return Write(stages, [.. noise, .. rules]);
    }

    private static string Write(AuditStages omitted, IEnumerable<GeneratedRule> rules)
    {
        var text = new StringBuilder("""
            # What the API server has to record for the detections to see what they look for: the output of `auditwatch policy generate`.
            # The first rule that matches a request decides; what none matches is not recorded.
            apiVersion: audit.k8s.io/v1
            kind: Policy

            """);
        if (omitted != AuditStages.None)
        {
            text.Append("# No detection looks at requests before they are answered. ResponseStarted stays: an exec ends when its session does.\n");
            text.Append($"omitStages: [{omitted}]\n");
        }

        text.Append("# Who set which field is of no interest, and a good part of every object. Kubernetes before 1.23 takes no notice of it.\n");
        text.Append("omitManagedFields: true\nrules:\n");
        foreach (var (rule, reason, detections) in rules)
        {
            text.Append('\n').Append(Comment(reason)).Append(Comment(string.Join(", ", detections))).Append(PolicyYaml.Block(rule, "  ")).Append('\n');
        }

        return text.ToString();
    }

    private static string Comment(string words)
    {
        var lines = new List<string> { "  #" };
        foreach (var word in words.Split(' '))
        {
            if (lines[^1].Length + 1 + word.Length > Width)
            {
                lines.Add("  #");
            }

            lines[^1] += " " + word;
        }

        return string.Join('\n', lines) + "\n";
    }
}

/// <summary>A rule of a generated policy with the comment that explains it. Immutable.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Reason">Why it is there: how the comment begins.</param>
/// <param name="Detections">The names of the detections that need the rule, or lose something by it: how the comment ends.</param>
internal sealed record GeneratedRule(PolicyRule Rule, string Reason, IReadOnlyCollection<string> Detections);
