using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Web.Incidents;

/// <summary>What one actor did, or what one detection found, along the time that is shown. Immutable.</summary>
/// <param name="Name">Who or which; of the last lane, where there are many, how many more there are.</param>
/// <param name="Marks">The alerts, in marks of which none covers another.</param>
public sealed record Lane(string Name, IReadOnlyList<Mark> Marks)
{
    /// <summary>The most lanes.</summary>
    public const int Most = 12;

    /// <summary>The most rows of a lane: what happened while so many others did is counted in one mark with those of the last row.</summary>
    public const int MostRows = 6;

    /// <summary>What is between two marks of a row at least, from the end of one to the beginning of the next, as a share of the time that is shown: as wide as one that took no time.</summary>
    public const double Apart = 0.034;

    /// <summary>How many rows its marks take, at least one.</summary>
    public int Rows => Marks.Max(mark => mark.Row) + 1;

    /// <summary>The lanes, in the order in which they begin.</summary>
    /// <param name="alerts">The alerts that are shown, in the order of time.</param>
    /// <param name="shown">The time that is shown.</param>
    /// <param name="nameOf">The lane of an alert.</param>
    public static IReadOnlyList<Lane> Of(IReadOnlyList<Alert> alerts, Stretch shown, Func<Alert, string> nameOf)
    {
        var lanes = alerts.GroupBy(nameOf, StringComparer.Ordinal).Select(group => (Name: group.Key, Marks: group.Select(Place).ToList())).ToList();
        if (lanes.Count > Most)
        {
            lanes = [.. lanes.Take(Most - 1), ($"{lanes.Count - Most + 1} more", [.. lanes.Skip(Most - 1).SelectMany(lane => lane.Marks)])];
        }

        return [.. lanes.Select(lane => new Lane(lane.Name, InRows(lane.Marks)))];

        Mark Place(Alert alert) => new([alert], Share(alert.FirstSeen), Share(alert.LastSeen), Row: 0);

        double Share(DateTimeOffset at) => Math.Clamp((at - shown.From) / shown.Length, 0, 1);
    }

    // Each in the first row where it touches none; where it would touch one in each, with the one that it touches in the last.
    private static List<Mark> InRows(IEnumerable<Mark> marks)
    {
        var rows = new List<List<Mark>>();
        foreach (var mark in marks.OrderBy(mark => mark.From).ThenBy(mark => mark.Alerts[0].FirstSeen))
        {
            var row = rows.FindIndex(row => row[^1].Until + Apart < mark.From);
            if (row >= 0)
            {
                rows[row].Add(mark with { Row = row });
            }
            else if (rows.Count < MostRows)
            {
                rows.Add([mark with { Row = rows.Count }]);
            }
            else
            {
                var touched = rows[^1][^1];
                rows[^1][^1] = touched with { Alerts = [.. touched.Alerts, .. mark.Alerts], Until = Math.Max(touched.Until, mark.Until) };
            }
        }

        return [.. rows.SelectMany(row => row).OrderBy(mark => mark.From).ThenBy(mark => mark.Row)];
    }
}

/// <summary>An alert in a lane, or several for which there is no room beside each other.</summary>
/// <param name="Alerts">The alerts, in the order of time.</param>
/// <param name="From">When they began, as a share of the time that is shown, 0 to 1.</param>
/// <param name="Until">When they ended, likewise.</param>
/// <param name="Row">The row of the lane that the mark is in, so that it covers no other.</param>
public sealed record Mark(IReadOnlyList<Alert> Alerts, double From, double Until, int Row)
{
    /// <summary>The highest level of its alerts.</summary>
    public Level Level => Alerts.Max(alert => alert.Level);

    /// <summary>The time that its alerts took.</summary>
    public Stretch Time => Stretch.Around(Alerts.Min(alert => alert.FirstSeen), Alerts.Max(alert => alert.LastSeen));
}
