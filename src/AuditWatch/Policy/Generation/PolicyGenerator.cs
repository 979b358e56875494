using System.Text;
using AuditWatch.Detection;
using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy.Generation;

/// <summary>Writes the smallest audit policy that lets detections see what they need. The same detections give the same text.</summary>
public static class PolicyGenerator
{
    private const int Width = 120;

    /// <summary>Writes the policy.</summary>
    /// <param name="detections">The detections that are to see.</param>
    /// <param name="omitNoise">Whether to leave out what is much and harmless, where no detection goes blind by it.</param>
    /// <returns>YAML, ending with a line feed.</returns>
    public static string Generate(DetectionSet detections, bool omitNoise)
    {
        var conditions = detections.Rules.Where(rule => rule.Search is not null).Select(rule => rule.Search!.Condition).ToList();
        var universe = RequestUniverse.Of(policy: null, conditions);
        var needs = Needs.Of(detections, universe).ToList();
        var rules = new NeededRules(universe).Of(needs).ToList();
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
