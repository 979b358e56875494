using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Rendering;
using Spectre.Console;

namespace AuditWatch.Host.Output;

/// <summary>Incidents for a person, the gravest first: the story of each, then its alerts in the order of time; and at the end the alerts that belong to none, the gravest first.</summary>
internal static class StoryText
{
    /// <summary>Writes all of it.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="alerts">The alerts.</param>
    /// <param name="why">Whether to show, below each alert, the clauses that matched.</param>
    public static void Write(IAnsiConsole console, IReadOnlyCollection<Alert> alerts, bool why)
    {
        var (incidents, byAlert) = IncidentBook.Of(alerts);
        foreach (var incident in incidents.OrderByDescending(incident => incident.Level).ThenBy(incident => incident.FirstSeen).ThenBy(incident => incident.Id, StringComparer.Ordinal))
        {
            Write(console, incident);
            AlertTable.Write(console, alerts.Where(alert => byAlert.GetValueOrDefault(alert.Id) == incident).OrderBy(alert => alert.FirstSeen), why);
            console.WriteLine();
        }

        var others = alerts.Where(alert => !byAlert.ContainsKey(alert.Id)).OrderByDescending(alert => alert.Level).ThenBy(alert => alert.FirstSeen).ToList();
        if (others.Count > 0)
        {
            console.WriteLine(incidents.Count > 0 ? "In no incident" : "No incidents");
            AlertTable.Write(console, others, why);
        }
    }

    /// <summary>Writes the story of one.</summary>
    public static void Write(IAnsiConsole console, Incident incident)
    {
        console.Write(new Text($"Incident {incident.Id}", new Style(decoration: Decoration.Bold)));
        console.Write("  ");
        console.Write(new Text(incident.Level.Word(), incident.Level.Style()));
        console.WriteLine();
        Line(console, incident.Title);
        Line(console, string.Join(" · ", new[]
        {
            $"{ShownTime.Of(incident.FirstSeen)} to {ShownTime.Of(incident.LastSeen)}", incident.Cluster, Counted.Of(incident.AlertCount, "alert"), string.Join(" → ", incident.Tactics),
        }.Where(part => part.Length > 0)));
        if (incident.Shared.Count > 0)
        {
            Line(console, $"shared: {string.Join(", ", incident.Shared)}");
        }

        if (incident.Hubs.Count > 0)
        {
            Line(console, $"shared by too many to say anything: {string.Join(", ", incident.Hubs)}");
        }
    }

    /// <summary>Writes what stories lack that began and were not told.</summary>
    public static void WriteMissing(IAnsiConsole console, IReadOnlyList<string> missing)
    {
        console.WriteLine();
        console.WriteLine("Stories that began and were not told");
        foreach (var line in missing)
        {
            Line(console, line);
        }
    }

    /// <summary>Writes how far people have dealt with one.</summary>
    public static void WriteLife(IAnsiConsole console, Incident incident) => Line(console, string.Join(" · ", new[]
    {
        incident.Status.ToString().ToLowerInvariant(),
        incident.Assignee is { } who ? $"{who} has it" : "",
        incident.ClosedBy is { } by ? $"closed by {by} as {incident.CloseReason?.Word()}" : "",
        incident.CloseNote ?? "",
        incident.IsSetApart ? "split off by hand" : "",
    }.Where(part => part.Length > 0)));

    /// <summary>Writes what has happened to one.</summary>
    public static void WriteHistory(IAnsiConsole console, IReadOnlyList<IncidentEvent> history)
    {
        var table = new PlainTable("TIME", "WHAT HAPPENED", "WHO", "NOTE");
        foreach (var happened in history)
        {
            table.AddRow(PlainTable.Time(happened.At), PlainTable.Cell(happened.Event), PlainTable.Cell(happened.Who), PlainTable.Cell(happened.Note));
        }

        console.Write(table);
    }

    private static void Line(IAnsiConsole console, string text) => console.Write(new Padder(new Text(TerminalText.Neutralise(text)), new Padding(2, 0, 0, 0)));
}
