using AuditWatch.Alerts;

namespace AuditWatch.Web.Incidents;

/// <summary>What one actor did in an incident, along the time that it took. Immutable.</summary>
/// <param name="Actor">The actor; of the last lane, where there are many, how many more there are.</param>
/// <param name="Marks">Its alerts.</param>
public sealed record Lane(string Actor, IReadOnlyList<Mark> Marks)
{
    /// <summary>The most lanes.</summary>
    public const int Most = 12;

    // Of the whole time: a mark is that wide even if it took none, and beside another one it is told from it.
    private const double LeastWidth = 0.015;

    // More marks at the same time than that lie on each other.
    private const int MostRows = 6;

    /// <summary>How many rows its marks take, at least one.</summary>
    public int Rows => Marks.Max(mark => mark.Row) + 1;

    /// <summary>The lanes, in the order in which their actors appear.</summary>
    /// <param name="alerts">The alerts, in the order of time.</param>
    public static IReadOnlyList<Lane> Of(IReadOnlyList<Alert> alerts)
    {
        if (alerts.Count == 0)
        {
            return [];
        }

        var first = alerts.Min(alert => alert.FirstSeen);
        var took = alerts.Max(alert => alert.LastSeen) - first;
        var lanes = alerts.GroupBy(alert => alert.Actor, StringComparer.Ordinal).Select(group => (Actor: group.Key, Marks: group.Select(Place).ToList())).ToList();
        if (lanes.Count > Most)
        {
            lanes = [.. lanes.Take(Most - 1), ($"{lanes.Count - Most + 1} more", [.. lanes.Skip(Most - 1).SelectMany(lane => lane.Marks).OrderBy(mark => mark.From)])];
        }

        return [.. lanes.Select(lane => new Lane(lane.Actor, InRows(lane.Marks)))];

        Mark Place(Alert alert) => new(alert, Share(alert.FirstSeen), Share(alert.LastSeen), Row: 0);

        double Share(DateTimeOffset at) => took <= TimeSpan.Zero ? 0 : (at - first) / took;
    }

    // Each in the first row where it touches none.
    private static List<Mark> InRows(List<Mark> marks)
    {
        var ends = new List<double>();
        return marks.ConvertAll(mark =>
        {
            var row = ends.FindIndex(end => end + LeastWidth < mark.From);
            if (row < 0 && ends.Count < MostRows)
            {
                row = ends.Count;
                ends.Add(0);
            }

            row = Math.Max(0, row);
            ends[row] = Math.Max(ends[row], mark.Until);
            return mark with { Row = row };
        });
    }
}

/// <summary>An alert in a lane.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="From">When it began, as a share of the time that the incident took, 0 to 1.</param>
/// <param name="Until">When it ended, likewise.</param>
/// <param name="Row">The row of the lane that it is in, so that it covers no other.</param>
public sealed record Mark(Alert Alert, double From, double Until, int Row);
