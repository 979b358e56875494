using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch config</c>: what people who write <c>auditwatch.yaml</c> use.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Check a configuration, and see who it tells of what.")
    {
        ConfigCheckCommand.Create(),
        new Command("routes", "See who is told of which alerts.")
        {
            ConfigRoutesShowCommand.Create(),
            ConfigRoutesTestCommand.Create(),
        },
    };
}
