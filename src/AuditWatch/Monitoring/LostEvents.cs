using System.Globalization;
using AuditWatch.Detection;

namespace AuditWatch.Monitoring;

/// <summary>Tells of events that were gone before they could be read.</summary>
internal static class LostEvents
{
    /// <summary>The finding that tells of it.</summary>
    /// <param name="where">What they were lost of, as <c>topic audit, partition 3</c>.</param>
    /// <param name="count">How many messages, of one event or many.</param>
    /// <param name="now">The time.</param>
    public static Finding Finding(string where, long count, DateTimeOffset now) => new()
    {
        Detection = WatchRules.Lost,
        Request = new RequestSnapshot { Time = now },
        Time = now,
        Actor = "",
        Cluster = "",
        Summary = WatchRules.Lost.Summary.Replace("{count}", count.ToString("N0", CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{where}", where, StringComparison.Ordinal),
        Dedup = [new("where", where)],
        Why = [],
    };
}
