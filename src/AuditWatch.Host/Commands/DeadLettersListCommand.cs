using System.CommandLine;
using AuditWatch.Host.Client;
using AuditWatch.Host.Output;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch dead-letters list</c>.</summary>
internal static class DeadLettersListCommand
{
    private const string Examples = """
        auditwatch dead-letters list                                                              what was not delivered, to whom and why
        auditwatch dead-letters list --format json | jq -r 'select(.receiver == "soc/email[0]") | .key'    those of one receiver
        """;

    public static Command Create()
    {
        var format = OutputFormat.Option();
        var command = new DocumentedCommand("list", "List notifications that were given up, the oldest first.", Examples) { format };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var letters = ListedDeadLetter.Read(await client.GetAsync("dead-letters", cancellation)) ?? throw client.NotAuditWatch();
            Print(letters, arguments.GetValue(format) == "json");
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Print(IReadOnlyList<ListedDeadLetter> letters, bool asJson)
    {
        if (asJson)
        {
            JsonLines.Write(letters.Select(letter => letter.Json));
        }
        else if (letters.Count > 0)
        {
            DeadLetterTable.Write(Terminal.Out(), letters);
        }
        else
        {
            Console.Error.WriteLine("no dead letters");
        }
    }
}
