using System.CommandLine;
using AuditWatch.Host.Client;
using AuditWatch.Host.Output;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch silence list</c>.</summary>
internal static class SilenceListCommand
{
    private const string Examples = """
        auditwatch silence list                   what is silent now or will be, those of the configuration among them
        auditwatch silence list --expired         and what was
        auditwatch silence list --format json     for other programs
        """;

    public static Command Create()
    {
        var expired = new Option<bool>("--expired") { Description = "Those that are over, too." };
        var format = OutputFormat.Option();
        var command = new DocumentedCommand("list", "List silences.", Examples) { expired, format };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var answer = await client.GetAsync("silences", cancellation);
            var silences = ListedSilence.Read(answer)?.Where(silence => arguments.GetValue(expired) || silence.State != "expired").ToList() ?? throw client.NotAuditWatch();
            Print(silences, arguments.GetValue(format) == "json");
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Print(List<ListedSilence> silences, bool asJson)
    {
        if (asJson)
        {
            JsonLines.Write(silences.Select(silence => silence.Json));
        }
        else if (silences.Count > 0)
        {
            SilenceTable.Write(Terminal.Out(), silences);
        }
        else
        {
            Console.Error.WriteLine("no silences");
        }
    }
}
