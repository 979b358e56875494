using AuditWatch.Policy;
using AuditWatch.Policy.Mending;

namespace AuditWatch.Host.Output;

/// <summary>The changes that close the gaps of a policy, each once, in the order of its lines, to be copied.</summary>
internal static class PolicyMends
{
    /// <summary>Writes them, as they are to be indented.</summary>
    public static void Write(TextWriter output, AuditPolicy policy, MendedPolicy mended)
    {
        output.WriteLine("\nTo mend it ('auditwatch policy fix' writes the policy with all of this):");
        if (mended.TakenFromPolicy != AuditStages.None)
        {
            output.WriteLine($"\ntake {mended.TakenFromPolicy} out of the omitStages of the policy");
        }

        for (var slot = 0; slot < mended.Before.Count; slot++)
        {
            if (mended.Before[slot].Count > 0)
            {
                output.WriteLine(slot == policy.Rules.Count ? "\nat the end of the rules" : $"\nbefore the rule in line {policy.Rules[slot].Location.Line}");
                foreach (var rule in mended.Before[slot])
                {
                    output.WriteLine(PolicyYaml.Wrapped(rule, PolicyText.IndentOf(policy), PolicyText.Width));
                }
            }

            if (slot < mended.Taken.Count && mended.Taken[slot] != AuditStages.None)
            {
                output.WriteLine($"\ntake {mended.Taken[slot]} out of the omitStages of the rule in line {policy.Rules[slot].Location.Line}");
            }
        }
    }
}
