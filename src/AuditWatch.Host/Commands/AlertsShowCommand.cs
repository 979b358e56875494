using System.CommandLine;
using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Host.Client;
using AuditWatch.Host.Output;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch alerts show</c>: everything about alerts.</summary>
internal static class AlertsShowCommand
{
    private const string Examples = """
        auditwatch alerts show 67f1d9aeabda7104                     who did what, why it was raised, what to do
        auditwatch alerts show 67f1                                 the beginning of an id will do, if no other alert has it
        auditwatch alerts show 67f1d9aeabda7104 --format json       for other programs
        """;

    public static Command Create()
    {
        var ids = EachId.Argument("ID", "The alerts, open or closed, as messages and 'alerts list' name them; the beginning of an id will do where only one has it.", ArgumentArity.OneOrMore);
        var format = OutputFormat.Option();
        var command = new DocumentedCommand("show", "Print everything about alerts, and what has happened to them.", Examples) { ids, format };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            return await EachId.RunAsync(arguments.GetRequiredValue(ids), async id =>
            {
                var json = await client.GetAsync($"alerts/{id}", cancellation);
                Print(json, AlertReader.Read(json) ?? throw client.NotAuditWatch(), AlertReader.ReadHistory(json) ?? throw client.NotAuditWatch(), arguments.GetValue(format) == "json");
            });
        });
        return command;
    }

    private static void Print(JsonElement json, Alert alert, IReadOnlyList<AlertEvent> history, bool asJson)
    {
        if (asJson)
        {
            JsonLines.Write([json]);
        }
        else
        {
            AlertText.Write(Terminal.Out(), alert, history);
        }
    }
}
