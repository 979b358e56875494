using System.CommandLine;
using AuditWatch.Host.Client;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch alerts assign</c> and <c>alerts note</c>: what is done to one alert and takes a word.</summary>
internal static class AlertsSayCommand
{
    private const string AssignExamples = """
        auditwatch alerts assign 67f1d9aeabda7104 joe        joe has it from now on, and those who were told of it are told so
        """;

    private const string NoteExamples = """
        auditwatch alerts note 67f1d9aeabda7104 "jane says it was her: ticket 4711"     stands in what has happened to it
        """;

    public static Command Assign() => Create("assign", "Give an alert to somebody.", AssignExamples, "NAME", "Who has it from now on.", (who, name) => new { by = who, to = name }, "assigned");

    public static Command Note() => Create("note", "Add to what is known of an alert, open or closed.", NoteExamples, "TEXT", "What there is to say.", (who, text) => new { by = who, text }, "noted");

    private static DocumentedCommand Create(string name, string description, string examples, string word, string meaning, Func<string?, string, object> body, string done)
    {
        var id = EachId.One("ID", "The alert, as messages and 'alerts list' name it; the beginning of an id will do where only one has it.");
        var said = new Argument<string>(word) { Description = meaning };
        var by = new Option<string>("--by") { Description = $"Who you are, for those who look at the alert later. {Person.Default}", HelpName = "NAME" };
        var command = new DocumentedCommand(name, description, examples) { id, said, by };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var who = Person.Named(arguments.GetValue(by), "--by", client);
            var answer = await client.PostAsync($"alerts/{arguments.GetRequiredValue(id)}/{name}", body(who, arguments.GetRequiredValue(said)), cancellation);
            Console.Error.WriteLine($"{done} {AlertReader.ReadId(answer) ?? throw client.NotAuditWatch()}");
            return ExitCode.Fine;
        });
        return command;
    }
}
