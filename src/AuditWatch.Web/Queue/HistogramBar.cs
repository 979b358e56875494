using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Web.Queue;

/// <summary>How many alerts of which level were opened within a while. Immutable.</summary>
/// <param name="From">When it begins.</param>
/// <param name="Until">When it ends, that moment not included.</param>
/// <param name="Counts">How many, by level, the mildest first.</param>
public sealed record HistogramBar(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<(Level Level, int Count)> Counts)
{
    /// <summary>How many there are.</summary>
    public int Total => Counts.Sum(one => one.Count);

    /// <summary>The last day, in half hours, the oldest first; the last of them ends after now.</summary>
    public static IReadOnlyList<HistogramBar> Of(IEnumerable<Alert> alerts, DateTimeOffset now)
    {
        const int bars = 48;
        var width = TimeSpan.FromMinutes(30);
        var end = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % width.Ticks) + width.Ticks, TimeSpan.Zero);
        var counts = new int[bars, Enum.GetValues<Level>().Length];
        foreach (var alert in alerts)
        {
            var place = bars - (int)Math.Ceiling((end - alert.OpenedAt).Ticks / (double)width.Ticks);
            if (place is >= 0 and < bars)
            {
                counts[place, (int)alert.Level]++;
            }
        }

        return [.. Enumerable.Range(0, bars).Select(place => new HistogramBar(
            end - (width * (bars - place)), end - (width * (bars - place - 1)), [.. Enum.GetValues<Level>().Select(level => (level, counts[place, (int)level]))]))];
    }
}
