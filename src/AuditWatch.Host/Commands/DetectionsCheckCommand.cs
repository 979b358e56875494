using System.CommandLine;
using AuditWatch.Detection;
using AuditWatch.Detection.Linting;
using AuditWatch.Detection.Testing;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch detections check</c>: everything that is wrong with detections and their tests, before they run.</summary>
internal static class DetectionsCheckCommand
{
    private const string Examples = """
        auditwatch detections check my-rules        file:line:column: error: what is wrong
        auditwatch detections check                 the detections that come with auditwatch
        """;

    public static Command Create()
    {
        var folders = DetectionFolders.Argument();
        var command = new DocumentedCommand("check", "Report everything that is wrong with detections, with its place.", Examples) { folders };
        command.SetAction(arguments => Check(DetectionFolders.Resolve(arguments.GetValue(folders))));
        return command;
    }

    private static int Check(IReadOnlyList<string> paths)
    {
        var diagnostics = new Diagnostics();
        var detections = DetectionLoader.Load(paths, diagnostics);
        DetectionLint.Check(detections, DetectionTestLoader.Load(paths, diagnostics), diagnostics);
        foreach (var diagnostic in diagnostics)
        {
            Console.Out.WriteLine(diagnostic);
        }

        Console.Error.WriteLine($"{detections.Rules.Count} detections are fine, {diagnostics.ErrorCount} errors");
        return diagnostics.HasErrors ? ExitCode.FoundProblems : ExitCode.Fine;
    }
}
