using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch alerts</c>: what people on call do with the alerts of a running service.</summary>
internal static class AlertsCommand
{
    public static Command Create() => new("alerts", "See the alerts of a running service, and deal with them.")
    {
        AlertsListCommand.Create(),
        AlertsShowCommand.Create(),
        AlertsChangeCommand.Acknowledge(),
        AlertsChangeCommand.Close(),
        AlertsSayCommand.Assign(),
        AlertsSayCommand.Note(),
    };
}
