using AuditWatch.Alerts;

namespace AuditWatch.Web.Incidents;

/// <summary>A stretch of time in whole seconds, at least one long.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="Until">Its end.</param>
public readonly record struct Stretch(DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>How long it is.</summary>
    public TimeSpan Length => Until - From;

    /// <summary>Of an address: <c>since=2026-11-21T00:24:50Z&amp;until=2026-11-21T00:24:51Z</c>.</summary>
    public string Query => $"since={SilenceTime.Write(From)}&until={SilenceTime.Write(Until)}";

    /// <summary>The whole seconds around two times, the earlier first.</summary>
    public static Stretch Around(DateTimeOffset from, DateTimeOffset until)
    {
        var (first, last) = (Floor(from), Floor(until));
        return new Stretch(first, last < until || last == first ? last.AddSeconds(1) : last);
    }

    /// <summary>One that is so many seconds long, as close to the beginning of time as that allows.</summary>
    public static Stretch Of(DateTimeOffset from, double seconds) => new(Floor(from), Floor(from).AddSeconds(Math.Max(1, Math.Floor(seconds))));

    /// <summary>Whether something was going on in it that began at one time and ended at another; a beginning belongs to it, an end only where nothing comes behind.</summary>
    public bool Has(Alert alert) => alert.FirstSeen <= Until && alert.LastSeen >= From;

    private static DateTimeOffset Floor(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
