using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Host.Client;
using AuditWatch.Host.Output;
using Spectre.Console;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch incidents</c>: which alerts of a running service make one story, and what people do with it.</summary>
internal static class IncidentsCommand
{
    private const string ListExamples = """
        auditwatch incidents list                   the stories that are not closed, the gravest first
        auditwatch incidents list --closed          and those that were closed last
        auditwatch incidents list --format json     for other programs
        """;

    private const string ShowExamples = """
        auditwatch incidents show 953a6c424c7eab7f    who has it, what they share, the tactics, the alerts in the order of time, what happened to it
        auditwatch incidents show 953a                the beginning of an id will do
        """;

    public static Command Create() => new("incidents", "See which alerts of a running service make one story, and deal with it.")
    {
        List(), Show(), IncidentsChangeCommand.Acknowledge(), IncidentsChangeCommand.Assign(), IncidentsChangeCommand.Note(), IncidentsChangeCommand.Close(), IncidentsChangeCommand.Reopen(),
        IncidentsChangeCommand.Split(), IncidentsChangeCommand.Merge(),
    };

    private static DocumentedCommand List()
    {
        var closed = new Option<bool>("--closed") { Description = "Those that are closed, too." };
        var format = OutputFormat.Option();
        var command = new DocumentedCommand("list", "List incidents, the gravest first.", ListExamples) { closed, format };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var answer = await client.GetAsync("incidents", cancellation);
            var incidents = (answer.ValueKind == JsonValueKind.Array ? answer.EnumerateArray() : throw client.NotAuditWatch())
                .Select(json => ListedIncident.Read(json) ?? throw client.NotAuditWatch())
                .Where(incident => incident.Incident.Status != AlertStatus.Closed || arguments.GetValue(closed)).ToList();
            if (arguments.GetValue(format) == "json")
            {
                JsonLines.Write(incidents.Select(incident => incident.Json));
            }
            else if (incidents.Count > 0)
            {
                Print(incidents);
            }
            else
            {
                Console.Error.WriteLine("no incidents");
            }

            return ExitCode.Fine;
        });
        return command;
    }

    private static DocumentedCommand Show()
    {
        var id = EachId.One("ID", "The incident, as 'incidents list' names it; the beginning of an id will do where only one has it.");
        var format = OutputFormat.Option();
        var command = new DocumentedCommand("show", "Print an incident and its alerts in the order of time.", ShowExamples) { id, format };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var listed = ListedIncident.Read(await client.GetAsync($"incidents/{arguments.GetRequiredValue(id)}", cancellation)) ?? throw client.NotAuditWatch();
            if (arguments.GetValue(format) == "json")
            {
                JsonLines.Write([listed.Json]);
                return ExitCode.Fine;
            }

            var answer = await client.GetAsync($"incidents/{listed.Incident.Id}/alerts", cancellation);
            var alerts = (answer.ValueKind == JsonValueKind.Array ? answer.EnumerateArray() : throw client.NotAuditWatch()).Select(json => (AlertReader.Read(json) ?? throw client.NotAuditWatch(), AlertReader.ReadTelling(json))).ToList();
            StoryText.Write(Terminal.Out(), listed.Incident);
            StoryText.WriteLife(Terminal.Out(), listed.Incident);
            AlertListTable.Write(Terminal.Out(), alerts);
            Terminal.Out().WriteLine();
            StoryText.WriteHistory(Terminal.Out(), listed.History);
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Print(List<ListedIncident> incidents)
    {
        var table = new PlainTable("LEVEL", "ID", "STATUS", "WHO", "TITLE", "TACTICS", "ALERTS", "OPEN", "LAST SEEN");
        foreach (var (incident, _, _) in incidents)
        {
            table.AddRow(
                PlainTable.Cell(incident.Level.Word(), incident.Level.Style()), PlainTable.Cell(incident.Id), PlainTable.Cell(incident.Status.ToString().ToLowerInvariant()), PlainTable.Cell(incident.Assignee ?? ""),
                PlainTable.Cell(incident.Title), PlainTable.Cell(string.Join(" → ", incident.Tactics)),
                PlainTable.Cell(incident.AlertCount.ToString(CultureInfo.InvariantCulture)), PlainTable.Cell(incident.OpenAlerts.ToString(CultureInfo.InvariantCulture)), PlainTable.Time(incident.LastSeen));
        }

        Terminal.Out().Write(table);
    }
}
