using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Host.Client;
using AuditWatch.Host.Output;
using Spectre.Console;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch incidents</c>: which alerts of a running service make one story.</summary>
internal static class IncidentsCommand
{
    private const string ListExamples = """
        auditwatch incidents list                   the stories of which something is still open, the gravest first
        auditwatch incidents list --closed          and those of which nothing is
        auditwatch incidents list --format json     for other programs
        """;

    private const string ShowExamples = """
        auditwatch incidents show 953a6c424c7eab7f    what they share, the tactics, the alerts in the order of time
        auditwatch incidents show 953a                the beginning of an id will do
        """;

    public static Command Create() => new("incidents", "See which alerts of a running service make one story.") { List(), Show() };

    private static DocumentedCommand List()
    {
        var closed = new Option<bool>("--closed") { Description = "Those whose alerts are all closed, too." };
        var format = OutputFormat.Option();
        var command = new DocumentedCommand("list", "List incidents, the gravest first.", ListExamples) { closed, format };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var answer = await client.GetAsync("incidents", cancellation);
            var incidents = (answer.ValueKind == JsonValueKind.Array ? answer.EnumerateArray() : throw client.NotAuditWatch())
                .Select(json => ListedIncident.Read(json) ?? throw client.NotAuditWatch())
                .Where(incident => incident.OpenAlerts > 0 || arguments.GetValue(closed)).ToList();
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
        var id = new Argument<string>("ID") { Description = "The incident, as 'incidents list' names it, or the beginning of its id." };
        id.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && (text.Length is 0 or > 16 || !text.All(char.IsAsciiHexDigitLower)))
            {
                result.AddError($"'{text}' is not one that 'ID' can be: up to 16 hexadecimal digits such as 953a6c424c7eab7f.");
            }
        });
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

            var alerts = new List<Alert>();
            foreach (var alert in listed.Incident.Alerts)
            {
                alerts.Add(AlertReader.Read(await client.GetAsync($"alerts/{alert}", cancellation)) ?? throw client.NotAuditWatch());
            }

            StoryText.Write(Terminal.Out(), listed.Incident);
            AlertListTable.Write(Terminal.Out(), alerts);
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Print(List<ListedIncident> incidents)
    {
        var table = PlainTable.WithColumns("LEVEL", "ID", "TITLE", "TACTICS", "ALERTS", "OPEN", "LAST SEEN");
        foreach (var (incident, open, _) in incidents)
        {
            table.AddRow(
                new Text(incident.Level.Word(), incident.Level.Style()), PlainTable.Cell(incident.Id), PlainTable.Cell(incident.Title), PlainTable.Cell(string.Join(" → ", incident.Tactics)),
                PlainTable.Cell(incident.AlertCount.ToString(CultureInfo.InvariantCulture)), PlainTable.Cell(open.ToString(CultureInfo.InvariantCulture)), PlainTable.Time(incident.LastSeen));
        }

        Terminal.Out().Write(table);
    }
}
