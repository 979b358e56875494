namespace AuditWatch.Policy;

/// <summary>What a policy says about a request.</summary>
/// <param name="Level">How much is recorded.</param>
/// <param name="OmitStages">The stages that are not written, those of the policy and of the rule together.</param>
/// <param name="Rule">The rule that decides; null if none matches, which means <see cref="AuditLevel.None"/>.</param>
public sealed record PolicyDecision(AuditLevel Level, AuditStages OmitStages, PolicyRule? Rule)
{
    /// <summary>The stages at which the request is written; none if it is not recorded.</summary>
    public AuditStages Written(PolicyRequest request) => Level == AuditLevel.None ? AuditStages.None : request.Stages & ~OmitStages;
}
