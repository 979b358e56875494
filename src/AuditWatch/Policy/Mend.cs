namespace AuditWatch.Policy;

/// <summary>A change of a policy. Immutable.</summary>
/// <param name="Before">The place among the rules at which <paramref name="Rules"/> are to be put, from 0; after the last rule if it equals their number.</param>
/// <param name="Rules">The rules to put there; none where a stage is to be written.</param>
/// <param name="Stages">The stages to take out of <c>omitStages</c>, of the policy and of the rule.</param>
/// <param name="Text">The change in words, for the person who makes it.</param>
public sealed record Mend(int Before, IReadOnlyList<PolicyRule> Rules, AuditStages Stages, string Text)
{
    /// <summary>The policy with the change.</summary>
    public AuditPolicy ApplyTo(AuditPolicy policy) => policy with
    {
        OmitStages = policy.OmitStages & ~Stages,
        Rules =
        [
            .. policy.Rules.Take(Before),
            .. Rules,
            .. policy.Rules.Skip(Before).Select((rule, place) => place == 0 ? rule with { OmitStages = rule.OmitStages & ~Stages } : rule),
        ],
    };
}
