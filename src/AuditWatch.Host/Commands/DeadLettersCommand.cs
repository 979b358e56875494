using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch dead-letters</c>: notifications that a running service could not deliver.</summary>
internal static class DeadLettersCommand
{
    public static Command Create() => new("dead-letters", "See what a running service could not deliver, and have it sent again.")
    {
        DeadLettersListCommand.Create(),
        DeadLettersChangeCommand.Resend(),
        DeadLettersChangeCommand.Drop(),
    };
}
