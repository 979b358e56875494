using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch state backup</c>: a copy of the database, while the service runs.</summary>
internal static class StateBackupCommand
{
    private const string Examples = """
        auditwatch state backup auditwatch-2026-11-21.db --state /var/lib/auditwatch     the service may run meanwhile
        install -m 600 auditwatch-2026-11-21.db /var/lib/auditwatch/auditwatch.db        back again, while it does not: remove auditwatch.db-wal and -shm first
        """;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The backup. There must be no such file yet." };
        var command = new DocumentedCommand("backup", "Write a copy of the database as it stands, from which a service can go on.", Examples) { file };
        var state = StateOptions.AddTo(command);
        command.SetAction(arguments =>
        {
            var path = arguments.GetRequiredValue(file);
            var inspection = state.Inspect(arguments);
            inspection.BackUp(path);
            Console.Error.WriteLine($"{inspection.Name} is backed up: {path}, {new FileInfo(path).Length / 1024:N0} KiB");
            return ExitCode.Fine;
        });
        return command;
    }
}
