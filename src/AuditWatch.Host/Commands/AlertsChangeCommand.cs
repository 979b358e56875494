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

    public static Command Acknowledge() => Create("acknowledge", "Take alerts on: their receivers hear no more of them.", AcknowledgeExamples, "acknowledged", alias: "ack");

    public static Command Close()
    {
        var close = CloseOptions.Create(isRequired: false);
        return Create("close", "Close alerts that have been dealt with.", CloseExamples, "closed", options: [close.Reason, close.Text], body: close.Body);
    }

    private static DocumentedCommand Create(
        string name, string description, string examples, string done, string? alias = null, Option[]? options = null, Func<string?, ParseResult, object>? body = null)
    {
        var ids = EachId.Argument("ID", "The alerts, as messages and 'alerts list' name them; the beginning of an id will do where only one has it.", ArgumentArity.OneOrMore);
        var by = new Option<string>("--by") { Description = $"Who you are, for those who look at the alert later. {Person.Default}", HelpName = "NAME" };
        var command = new DocumentedCommand(name, description, examples) { ids, by };
        foreach (var option in options ?? [])
        {
            command.Add(option);
        }

        if (alias is not null)
        {
            command.Aliases.Add(alias);
        }

        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var who = Person.Named(arguments.GetValue(by), "--by", client);
            return await EachId.RunAsync(arguments.GetRequiredValue(ids), async id =>
            {
                var answer = await client.PostAsync($"alerts/{id}/{name}", body?.Invoke(who, arguments) ?? new { by = who }, cancellation);
                Console.Error.WriteLine($"{done} {AlertReader.ReadId(answer) ?? throw client.NotAuditWatch()}");
            });
        });
        return command;
    }
}
