using System.CommandLine;
using AuditWatch.Host.Client;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch alerts acknowledge</c> and <c>alerts close</c>.</summary>
internal static class AlertsChangeCommand
{
    private const string AcknowledgeExamples = """
        auditwatch alerts acknowledge 67f1d9aeabda7104               you deal with it: no reminders, no news but that it has become more severe
        auditwatch alerts ack 67f1 --by jane                         the beginning of an id will do, if no other alert has it
        """;

    private const string CloseExamples = """
        auditwatch alerts close 67f1d9aeabda7104                         it is over: if it happens again, that is another alert
        auditwatch alerts close 67f1 --reason false-positive             so that 'detections' on the page says how often this one was wrong
        auditwatch alerts close 67f1 --reason other --text "an exercise"
        auditwatch alerts list --format json | jq -r 'select(.detection.name == "exec_into_pod") | .id' | xargs auditwatch alerts close --by jane
        """;

    private static readonly ChangeCommand Alerts = new("alert", "The alerts, as messages and 'alerts list' name them", AlertReader.ReadId);

    public static Command Acknowledge()
    {
        var command = Alerts.Create("acknowledge", "Take alerts on: their receivers hear no more of them.", AcknowledgeExamples, "acknowledged");
        command.Aliases.Add("ack");
        return command;
    }

    public static Command Close()
    {
        var close = CloseOptions.Create(isRequired: false);
        return Alerts.Create("close", "Close alerts that have been dealt with.", CloseExamples, "closed", [close.Reason, close.Text], close.Body);
    }
}
