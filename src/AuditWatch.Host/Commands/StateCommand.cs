using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch state</c>: what a service keeps for its next start, looked into from outside.</summary>
internal static class StateCommand
{
    public static Command Create() => new("state", "Check, back up and export what a service keeps for its next start.")
    {
        StateCheckCommand.Create(),
        StateBackupCommand.Create(),
        StateExportCommand.Create(),
    };
}
