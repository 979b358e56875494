using AuditWatch.Detection;

namespace AuditWatch.Monitoring;

/// <summary>What the watch has to say.</summary>
/// <param name="Found">What is wrong since now.</param>
/// <param name="Over">What was wrong and is right again.</param>
internal sealed record WatchReport(IReadOnlyList<Finding> Found, IReadOnlyList<Finding> Over)
{
    /// <summary>That all is as it was.</summary>
    public static WatchReport Nothing { get; } = new([], []);

    /// <summary>Whether all is as it was.</summary>
    public bool IsEmpty => Found.Count == 0 && Over.Count == 0;
}
