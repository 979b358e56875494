using System.CommandLine;
using AuditWatch.Host.Output;
using AuditWatch.RuleTesting;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch detections show</c>: one detection, its tests, what it comes to and the fields it reads.</summary>
internal static class DetectionsShowCommand
{
    private const string Examples = """
        auditwatch detections show exec_into_pod
        auditwatch detections show exec_into_pod --detections builtin --detections my-rules    as narrowed by your filters
        """;

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The name or id of the detection." };
        name.CompletionSources.Add(_ => DetectionFolders.Load(null).Rules.Select(rule => rule.Name));
        var detections = DetectionArguments.Option();
        var command = new DocumentedCommand("show", "Show a detection: its tests, what it comes to, and the fields it reads.", Examples) { name, detections };
        command.SetAction(arguments =>
        {
            var folders = arguments.GetValue(detections);
            var set = DetectionFolders.Load(folders);
            var rule = DetectionFolders.Find(set, arguments.GetValue(name)!);
            DetectionDescription.Write(Console.Out, rule, set, DetectionTestLoader.Load([rule.Location.File], set, []));
            return ExitCode.Fine;
        });
        return command;
    }
}
