using System.CommandLine;
using AuditWatch.Host.Client;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch silence expire</c>.</summary>
internal static class SilenceExpireCommand
{
    private const string Examples = """
        auditwatch silence expire 1f3c9a60b2d47e58     what it kept quiet and is still open is told within a minute
        """;

    public static Command Create()
    {
        var ids = EachId.Argument("ID", "The silences, as 'silence add' and 'silence list' name them; the beginning of an id will do where only one has it.", ArgumentArity.OneOrMore);
        var command = new DocumentedCommand("expire", "End silences now. Those of the configuration end there.", Examples) { ids };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            return await EachId.RunAsync(arguments.GetRequiredValue(ids), "expired", id => client.PostAsync($"silences/{id}/expire", new { }, cancellation));
        });
        return command;
    }
}
