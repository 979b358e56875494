using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch state export</c>: everything as JSON lines.</summary>
internal static class StateExportCommand
{
    private const string Examples = """
        auditwatch state export --state /var/lib/auditwatch | gzip > state.jsonl.gz
        auditwatch state export --config auditwatch.yaml | jq -c 'select(.table == "alerts")'
        """;

    public static Command Create()
    {
        var command = new DocumentedCommand("export", "Print everything in the database, a JSON object for each row.", Examples);
        var state = StateOptions.AddTo(command);
        command.SetAction(arguments =>
        {
            var inspection = state.Inspect(arguments);
            using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
            inspection.Export(output);
            return ExitCode.Fine;
        });
        return command;
    }
}
