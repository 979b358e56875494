using System.CommandLine;
using AuditWatch.Host.Client;
using AuditWatch.Incidents;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch incidents acknowledge</c>, <c>assign</c>, <c>note</c>, <c>close</c>, <c>reopen</c>, <c>split</c> and <c>merge</c>.</summary>
internal static class IncidentsChangeCommand
{
    private const string AcknowledgeExamples = """
        auditwatch incidents acknowledge 953a6c424c7eab7f       you have it, and deal with its alerts: no reminders of them
        auditwatch incidents ack 953a --by jane                 the beginning of an id will do, if no other incident has it
        """;

    private const string AssignExamples = """
        auditwatch incidents assign 953a6c424c7eab7f joe        joe has it from now on
        """;

    private const string NoteExamples = """
        auditwatch incidents note 953a6c424c7eab7f "the key is revoked, the pod is gone"
        """;

    private const string CloseExamples = """
        auditwatch incidents close 953a6c424c7eab7f --reason true-positive
        auditwatch incidents close 953a --reason benign --text "the deploy of 14:00, ticket 4711"
        auditwatch incidents close 953a --reason other --text "the exercise of the red team"
        """;

    private const string ReopenExamples = """
        auditwatch incidents reopen 953a6c424c7eab7f            it was not over; alerts that share something with it may join it again
        """;

    private const string SplitExamples = """
        auditwatch incidents split 953a6c424c7eab7f 67f1d9aeabda7104 60c25c10d5c1b9f2    these alerts are another story
        """;

    private const string MergeExamples = """
        auditwatch incidents merge 953a6c424c7eab7f 09e04c9d61179905                     they tell one story
        """;

    private static readonly ChangeCommand Incidents = new("incident", "The incidents, as 'incidents list' names them", answer => ListedIncident.Read(answer)?.Incident.Id);

    public static Command Acknowledge()
    {
        var command = Incidents.Create("acknowledge", "Take incidents on, with their alerts.", AcknowledgeExamples, "acknowledged");
        command.Aliases.Add("ack");
        return command;
    }

    public static Command Reopen() => Incidents.Create("reopen", "Open closed incidents again; their alerts stay closed.", ReopenExamples, "reopened");

    public static Command Close()
    {
        var close = CloseOptions.Create(isRequired: true);
        return Incidents.Create("close", "Close incidents and their alerts: no other alert joins them.", CloseExamples, "closed", [close.Reason, close.Text], close.Body);
    }

    public static Command Assign()
    {
        var to = new Argument<string>("NAME") { Description = "Who has it from now on." };
        return One("assign", "Give an incident to somebody.", AssignExamples, [to], (who, arguments) => new { by = who, to = arguments.GetRequiredValue(to) }, incident => $"assigned {incident.Id} to {incident.Assignee}");
    }

    public static Command Note()
    {
        var text = new Argument<string>("TEXT") { Description = "What there is to say." };
        return One("note", "Add to what is known of an incident.", NoteExamples, [text], (who, arguments) => new { by = who, text = arguments.GetRequiredValue(text) }, incident => $"noted {incident.Id}");
    }

    public static Command Split()
    {
        var alerts = EachId.Argument("ALERT", "Some of its alerts, as 'incidents show' names them.", ArgumentArity.OneOrMore);
        return One("split", "Make an incident of some of the alerts of another: no alert joins or leaves it by itself.", SplitExamples, [alerts],
            (who, arguments) => new { by = who, alerts = arguments.GetRequiredValue(alerts) }, incident => $"split off {incident.Id}");
    }

    public static Command Merge()
    {
        var others = EachId.Argument("OTHER", "The incidents to merge it with.", ArgumentArity.OneOrMore);
        return One("merge", "Make one incident of several; it keeps the id of the one that began first.", MergeExamples, [others],
            (who, arguments) => new { by = who, with = arguments.GetRequiredValue(others) }, incident => $"merged into {incident.Id}");
    }

    private static DocumentedCommand One(
        string name, string description, string examples, Argument[] arguments, Func<string?, ParseResult, object> body, Func<Incident, string> done)
    {
        var id = EachId.One("ID", "The incident, as 'incidents list' names it; the beginning of an id will do where only one has it.");
        var by = Incidents.By();
        var command = new DocumentedCommand(name, description, examples) { id };
        foreach (var argument in arguments)
        {
            command.Add(argument);
        }

        command.Add(by);
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = service.Connect(parsed);
            var who = Person.Named(parsed.GetValue(by), "--by", client);
            var answer = await client.PostAsync($"incidents/{parsed.GetRequiredValue(id)}/{name}", body(who, parsed), cancellation);
            Console.Error.WriteLine(TerminalText.Neutralise(done((ListedIncident.Read(answer) ?? throw client.NotAuditWatch()).Incident)));
            return ExitCode.Fine;
        });
        return command;
    }
}
