namespace AuditWatch.Policy;

/// <summary>Requests that a detection is after and does not see as it has to. Immutable.</summary>
/// <param name="Kind">What it comes to: <see cref="Verdict.SeesPart"/> where requests are not written at all.</param>
/// <param name="Requests">The requests, in words.</param>
/// <param name="Location">The rule that decides about them, or the policy's <c>omitStages</c>; the end of the rules if none matches.</param>
/// <param name="Reason">What is said there, in words.</param>
/// <param name="Mend">The smallest change that lets the detection see them.</param>
public sealed record Gap(Verdict Kind, string Requests, SourceLocation Location, string Reason, Mend Mend);
