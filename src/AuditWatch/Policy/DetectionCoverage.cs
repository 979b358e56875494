using AuditWatch.Detection;

namespace AuditWatch.Policy;

/// <summary>How much of what one detection looks for a policy lets it see. Immutable.</summary>
/// <param name="Detection">The detection.</param>
/// <param name="Verdict">The result in one word.</param>
/// <param name="Gaps">The requests that it cannot see as it needs to, the worst first. For a correlation: the gaps of the rules that it counts.</param>
internal sealed record DetectionCoverage(DetectionRule Detection, Verdict Verdict, IReadOnlyList<Gap> Gaps);

/// <summary>How much of what a detection looks for a policy records, from best to worst.</summary>
internal enum Verdict
{
    /// <summary>Everything, with all the data that the detection reads.</summary>
    Sees,

    /// <summary>Everything, but of some long-running requests only the end is recorded.</summary>
    SeesLate,

    /// <summary>Every request, but some without the body that the detection reads.</summary>
    SeesWithoutBody,

    /// <summary>Some requests are not recorded at all.</summary>
    SeesPart,

    /// <summary>Nothing that the detection could fire for: each request is either not recorded or recorded without the body that the detection reads.</summary>
    Blind,
}

/// <summary>Requests that a detection looks for and that one rule of a policy keeps it from seeing as it needs to. Immutable.</summary>
/// <param name="Kind">
/// What the detection loses: <see cref="Verdict.SeesPart"/> if the requests are not recorded, <see cref="Verdict.SeesWithoutBody"/> or <see cref="Verdict.SeesLate"/>.
/// </param>
/// <param name="Requests">The requests, described for a person.</param>
/// <param name="Location">The rule that decides about them, or the policy's <c>omitStages</c>; the last rule if none matches.</param>
/// <param name="Reason">What stands there, for a person.</param>
/// <param name="Fix">The smallest change that lets the detection see them.</param>
internal sealed record Gap(Verdict Kind, string Requests, SourceLocation Location, string Reason, Fix Fix);

/// <summary>A change to a policy that closes a gap. Immutable.</summary>
/// <param name="Before">Where to insert <paramref name="Rules"/>: the index of the rule that they precede, from 0; the number of rules to append them.</param>
/// <param name="Rules">The rules to insert; none if the change is to <c>omitStages</c>.</param>
/// <param name="Stages">The stages to remove from <c>omitStages</c>, both of the policy and of the rule at <paramref name="Before"/>.</param>
/// <param name="Text">The change, described for the person who makes it.</param>
internal sealed record Fix(int Before, IReadOnlyList<PolicyRule> Rules, AuditStages Stages, string Text)
{
    /// <summary>Returns the policy with the change made.</summary>
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
