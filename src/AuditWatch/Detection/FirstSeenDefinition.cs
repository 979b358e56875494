namespace AuditWatch.Detection;

/// <summary>Restricts a detection to combinations of values that it has not seen before: <c>auditwatch: {firstSeen: {by: [...], learn: 7d}}</c>. Immutable.</summary>
/// <param name="By">The fields of the combination.</param>
/// <param name="Learn">For how long, in event time, a cluster's combinations are learnt without a finding.</param>
internal sealed record FirstSeenDefinition(IReadOnlyList<string> By, TimeSpan Learn)
{
    /// <summary>The default of <see cref="Learn"/>: seven days.</summary>
    public static readonly TimeSpan DefaultLearn = TimeSpan.FromDays(7);
}
