using System.CommandLine;
using AuditWatch.Host.Client;
using AuditWatch.Host.Output;
using Spectre.Console;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch token</c>: who may use the API of a running service from elsewhere, and for what.</summary>
internal static class TokenCommand
{
    private const string ListExamples = """
        auditwatch token list --config auditwatch.yaml     whose tokens there are, what they may do and until when
        """;

    private const string RevokeExamples = """
        auditwatch token revoke 1f3c9a60b2d47e58 --config auditwatch.yaml     it opens nothing any more
        """;

    public static Command Create() => new("token", "Say who may use the API of a running service from other machines, and for what. Takes an admin: the service's socket, or an admin's token.")
    {
        TokenCreateCommand.Create(), List(), Revoke(),
    };

    private static DocumentedCommand List()
    {
        var format = OutputFormat.Option();
        var command = new DocumentedCommand("list", "List tokens: everything but the tokens themselves, which are not kept.", ListExamples) { format };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var tokens = ListedToken.Read(await client.GetAsync("tokens", cancellation)) ?? throw client.NotAuditWatch();
            if (arguments.GetValue(format) == "json")
            {
                JsonLines.Write(tokens.Select(token => token.Json));
            }
            else if (tokens.Count > 0)
            {
                Print(tokens);
            }
            else
            {
                Console.Error.WriteLine("no tokens");
            }

            return ExitCode.Fine;
        });
        return command;
    }

    private static DocumentedCommand Revoke()
    {
        var ids = EachId.Argument("ID", "The tokens, as 'token list' names them; the beginning of an id will do where only one has it.", ArgumentArity.OneOrMore);
        var command = new DocumentedCommand("revoke", "Take tokens back, at once.", RevokeExamples) { ids };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            return await EachId.RunAsync(arguments.GetRequiredValue(ids), "revoked", id => client.DeleteAsync($"tokens/{id}", cancellation));
        });
        return command;
    }

    private static void Print(IEnumerable<ListedToken> tokens)
    {
        var table = new PlainTable("ID", "NAME", "ROLE", "STATE", "ENDS", "BY", "SINCE");
        foreach (var token in tokens)
        {
            table.AddRow(
                PlainTable.Cell(token.Id), PlainTable.Cell(token.Name), PlainTable.Cell(token.Right), PlainTable.Cell(token.State), PlainTable.Time(token.ExpiresAt), PlainTable.Cell(token.CreatedBy),
                PlainTable.Time(token.CreatedAt));
        }

        Terminal.Out().Write(table);
    }
}
