namespace AuditWatch.Policy;

/// <summary>An audit policy as the API server reads it. Immutable; safe for any number of threads.</summary>
/// <param name="Rules">The rules, in the order they are tried.</param>
/// <param name="OmitStages">Stages that are never written.</param>
/// <param name="OmitStagesLocation">Where those are listed, or where the policy begins.</param>
/// <param name="OmitManagedFields">Whether managed fields are left out of bodies (Kubernetes 1.23 and later). Default: they are not.</param>
public sealed record AuditPolicy(IReadOnlyList<PolicyRule> Rules, AuditStages OmitStages, SourceLocation OmitStagesLocation, bool OmitManagedFields)
{
    /// <summary>
    /// What the policy says about a request: the first rule that matches decides, and where none does nothing is recorded.
    /// See k8s.io/apiserver, pkg/audit/policy/checker.go: EvaluatePolicyRule (LevelAndStages before 1.22) and unionStages.
    /// </summary>
    public PolicyDecision Decide(PolicyRequest request)
    {
        var rule = Rules.FirstOrDefault(rule => rule.Matches(request));
        return new PolicyDecision(rule?.Level ?? AuditLevel.None, OmitStages | (rule?.OmitStages ?? AuditStages.None), rule);
    }
}
