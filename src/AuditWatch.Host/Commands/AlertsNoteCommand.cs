using System.CommandLine;
using AuditWatch.Host.Client;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch alerts note</c>.</summary>
internal static class AlertsNoteCommand
{
    private const string Examples = """
        auditwatch alerts note 67f1d9aeabda7104 "jane says it was her: ticket 4711"     stands in what has happened to it
        """;

    public static Command Create()
    {
        var id = EachId.One("ID", "The alert, as messages and 'alerts list' name it; the beginning of an id will do where only one has it.");
        var text = new Argument<string>("TEXT") { Description = "What there is to say." };
        var by = new Option<string>("--by") { Description = $"Who you are, for those who look at the alert later. {Person.Default}", HelpName = "NAME" };
        var command = new DocumentedCommand("note", "Add to what is known of an alert, open or closed.", Examples) { id, text, by };
        var service = ServiceOptions.AddTo(command);
        command.SetAction(async (arguments, cancellation) =>
        {
            using var client = service.Connect(arguments);
            var who = Person.Named(arguments.GetValue(by), "--by", client);
            var answer = await client.PostAsync($"alerts/{arguments.GetRequiredValue(id)}/note", new { by = who, text = arguments.GetRequiredValue(text) }, cancellation);
            Console.Error.WriteLine($"noted {AlertReader.ReadId(answer) ?? throw client.NotAuditWatch()}");
            return ExitCode.Fine;
        });
        return command;
    }
}
