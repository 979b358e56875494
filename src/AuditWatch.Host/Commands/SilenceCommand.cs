using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch silence</c>: keeps alerts of a running service quiet for a while.</summary>
internal static class SilenceCommand
{
    public static Command Create() => new("silence", "Keep alerts of a running service quiet for a while.")
    {
        SilenceAddCommand.Create(),
        SilenceListCommand.Create(),
        SilenceExpireCommand.Create(),
    };
}
