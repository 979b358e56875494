using System.CommandLine;
using AuditWatch.Host.Output;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch detections list</c>: the catalogue.</summary>
internal static class DetectionsListCommand
{
    private const string Examples = """
        auditwatch detections list                       what runs unless something else is said
        auditwatch detections list builtin my-rules      with one's own
        """;

    public static Command Create()
    {
        var folders = DetectionFolders.Argument();
        var command = new DocumentedCommand("list", "Print the catalogue of detections.", Examples) { folders };
        command.SetAction(arguments =>
        {
            DetectionTable.Write(Terminal.Out(), DetectionFolders.Load(arguments.GetValue(folders)).Rules);
            return ExitCode.Fine;
        });
        return command;
    }
}
