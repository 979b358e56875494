using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy.Linting;

/// <summary>Warns of rules that write credentials into the log: bodies of secrets, of tokens, and of ConfigMaps, in which people keep what belongs into secrets.</summary>
internal static class CredentialsInLog
{
    private static readonly (Target Target, string What)[] Leaks =
    [
        (Target.Of("", "secrets"), "the secrets themselves"),
        (Target.Of("", "serviceaccounts", "token"), "tokens that work for hours"),
        (Target.Of("authentication.k8s.io", "tokenreviews"), "the tokens that are looked at"),
        (Target.Of("", "configmaps"), "whatever people keep in ConfigMaps"),
    ];

    public static void Check(AuditPolicy policy, Diagnostics diagnostics)
    {
        var universe = RequestUniverse.Of(policy, []);
        var walk = new PolicyEvaluator(policy, universe);
        foreach (var (target, what) in Leaks)
        {
            var requests = universe.WhereTarget(target.Equals);
            var deciding = universe.Possible.Select(requests.Intersect).Where(shape => !shape.IsEmpty).SelectMany(walk.Decide).Select(part => part.Rule);
            foreach (var rule in deciding.OfType<PolicyRule>().Where(rule => rule.Level > AuditLevel.Metadata).Distinct())
            {
                diagnostics.Warning(rule.Location, $"{rule.Level} of {target} writes {what} into the audit log; put a rule with level Metadata for them before it");
            }
        }
    }
}
