using System.CommandLine;
using AuditWatch.Detection;
using AuditWatch.Host.Client;
using AuditWatch.Host.Output;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch alerts list</c>: the alerts, the most severe first.</summary>
internal static class AlertsListCommand
{
    private const string Examples = """
        auditwatch alerts list                                     what is open, or acknowledged
        auditwatch alerts list --status open --level high          what nobody deals with yet, from high upwards
        auditwatch alerts list --status closed --limit 20          what is over
        auditwatch alerts list --format json | jq -r .id           for other programs
        sudo auditwatch alerts list --url unix:/var/lib/auditwatch    through the service's state directory
        """;

    public static Command Create()
    {
        var status = new Option<string>("--status")
        {
            Description = "Of which status, with commas between: open, acknowledged, closed. Default: open,acknowledged.",
            HelpName = "STATUS",
            DefaultValueFactory = _ => "open,acknowledged",
        };
        var level = new Option<string>("--level")
        {
            Description = "Of this level or above: informational, low, medium, high, critical.",
            HelpName = "LEVEL",
        };
        level.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<Level>());
        var limit = new Option<int?>("--limit") { Description = "How many at most, 1 to 1000. Default: all.", HelpName = "N" };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 1000)
            {
                result.AddError("Option '--limit' is 1 to 1000.");
            }
        });
        var format = OutputFormat.Option();
        var command = new DocumentedCommand("list", "List alerts, the most severe first.", Examples) { status, level, limit, format };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var query = $"status={Uri.EscapeDataString(arguments.GetRequiredValue(status))}&level={arguments.GetValue(level) ?? "informational"}";
            var alerts = arguments.GetValue(limit) is { } most
                ? await AlertPages.FirstAsync(client, query, most, cancellation)
                : await AlertPages.AllAsync(client, query, cancellation);
            Print(alerts, arguments.GetValue(format) == "json");
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Print(IReadOnlyList<ListedAlert> alerts, bool asJson)
    {
        if (asJson)
        {
            JsonLines.Write(alerts.Select(alert => alert.Json));
        }
        else if (alerts.Count > 0)
        {
            AlertListTable.Write(Terminal.Out(), alerts.Select(alert => alert.Alert));
        }
        else
        {
            Console.Error.WriteLine("no alerts");
        }
    }
}
