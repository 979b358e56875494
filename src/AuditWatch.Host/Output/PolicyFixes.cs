using AuditWatch.Policy;
using AuditWatch.Policy.Fixing;

namespace AuditWatch.Host.Output;

/// <summary>The changes that close the gaps of a policy, each once, in the order of its lines, to be copied.</summary>
internal static class PolicyFixes
{
    /// <summary>Writes them, as they are to be indented.</summary>
    public static void Write(TextWriter output, AuditPolicy policy, FixedPolicy fixedPolicy)
    {
        output.WriteLine("\nTo fix it ('auditwatch policy fix' writes the policy with all of this):");
        if (fixedPolicy.TakenFromPolicy != AuditStages.None)
        {
            output.WriteLine($"\ntake {fixedPolicy.TakenFromPolicy} out of the omitStages of the policy");
        }

        for (var slot = 0; slot < fixedPolicy.Before.Count; slot++)
        {
            if (fixedPolicy.Before[slot].Count > 0)
            {
                output.WriteLine(slot == policy.Rules.Count ? "\nat the end of the rules" : $"\nbefore the rule in line {policy.Rules[slot].Location.Line}");
                foreach (var rule in fixedPolicy.Before[slot])
                {
                    output.WriteLine(PolicyYaml.Wrapped(rule, PolicyText.IndentOf(policy), PolicyText.Width));
                }
            }

            if (slot < fixedPolicy.Taken.Count && fixedPolicy.Taken[slot] != AuditStages.None)
            {
                output.WriteLine($"\ntake {fixedPolicy.Taken[slot]} out of the omitStages of the rule in line {policy.Rules[slot].Location.Line}");
            }
        }
    }
}
