using System.CommandLine;
using AuditWatch.Host.Output;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch detections list</c>: the catalogue.</summary>
internal static class DetectionsListCommand
{
    private const string Examples = """
        auditwatch detections list                       what runs unless something else is said
        auditwatch detections list builtin my-rules      with one's own
        auditwatch detections list --format markdown     the catalogue as a page
        """;

    public static Command Create()
    {
        var folders = DetectionArguments.Argument();
        var format = new Option<string>("--format")
        {
            Description = "'text' for people, 'json' for programs: one object a line, 'markdown' for a page.",
            HelpName = "text|json|markdown",
            DefaultValueFactory = _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "json", "markdown");
        var command = new DocumentedCommand("list", "Print the catalogue of detections.", Examples) { folders, format };
        command.SetAction(arguments =>
        {
            var rules = DetectionFolders.Load(arguments.GetValue(folders)).Rules;
            switch (arguments.GetValue(format))
            {
                case "json":
                    DetectionJson.Write(Console.Out, rules);
                    break;
                case "markdown":
                    DetectionMarkdown.Write(Console.Out, rules);
                    break;
                default:
                    DetectionTable.Write(Terminal.Out(), rules);
                    break;
            }

            return ExitCode.Fine;
        });
        return command;
    }
}
