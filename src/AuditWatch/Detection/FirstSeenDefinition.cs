namespace AuditWatch.Detection;

/// <summary>A detection fires only for a combination of values that it has not met before: <c>auditwatch: {firstSeen: {by: [...], learn: 7d}}</c>.</summary>
/// <param name="By">The fields whose values make up the combination.</param>
/// <param name="Learn">For how long, in event time, combinations are learnt silently before the first can fire.</param>
public sealed record FirstSeenDefinition(IReadOnlyList<string> By, TimeSpan Learn)
{
    /// <summary>How long is learnt where the rule does not say.</summary>
    public static readonly TimeSpan DefaultLearn = TimeSpan.FromDays(7);
}
