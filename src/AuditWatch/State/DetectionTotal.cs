namespace AuditWatch.State;

/// <summary>How often a detection raised alerts, over days and clusters added up: <see cref="StateTables.DetectionDays"/>. Immutable.</summary>
/// <param name="Detection">The detection's name, its first 200 characters.</param>
/// <param name="Opened">How many alerts were opened on the days that count.</param>
/// <param name="Closed">How many of those are closed.</param>
/// <param name="FalsePositives">How many of those were closed as false positives.</param>
/// <param name="LastSeen">When it last matched.</param>
public sealed record DetectionTotal(string Detection, long Opened, long Closed, long FalsePositives, DateTimeOffset LastSeen);
