using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch notify</c>: the ways to reach people.</summary>
internal static class NotifyCommand
{
    public static Command Create() => new("notify", "See whether receivers can be reached.")
    {
        NotifyTestCommand.Create(),
    };
}
