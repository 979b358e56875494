using System.CommandLine;
using AuditWatch.Detection;
using AuditWatch.Detection.Linting;
using AuditWatch.Host.Output;
using AuditWatch.Notifications.Rendering;
using AuditWatch.RuleTesting;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch detections check</c>: everything that is wrong with detections and their tests, before they run.</summary>
internal static class DetectionsCheckCommand
{
    private const string Examples = """
        auditwatch detections check my-rules        file:line:column: error: what is wrong
        auditwatch detections check                 the detections that come with auditwatch
        auditwatch detections check rules --format github    annotations for a pull request
        """;

    public static Command Create()
    {
        var folders = DetectionArguments.Argument();
        var format = DiagnosticFormat.Option();
        var command = new DocumentedCommand("check", "Report everything that is wrong with detections, with its place.", Examples) { folders, format };
        command.SetAction(arguments => Check(DetectionFolders.Resolve(arguments.GetValue(folders)), DiagnosticFormat.Parse(arguments.GetValue(format))));
        return command;
    }

    private static int Check(IReadOnlyList<string> paths, Func<Diagnostic, string> format)
    {
        var diagnostics = new Diagnostics();
        var detections = DetectionLoader.Load(paths, diagnostics);
        DetectionLint.Check(detections, DetectionTestLoader.Load(paths, detections, diagnostics).Select(test => test.Detection), diagnostics);
        foreach (var diagnostic in diagnostics)
        {
            Console.Out.WriteLine(format(diagnostic));
        }

        DetectionFolders.RequireSome(paths, detections, diagnostics);
        Console.Error.WriteLine($"fine: {Counted.Of(detections.Rules.Count, "detection")}; {Counted.Of(diagnostics.ErrorCount, "error")}");
        return diagnostics.HasErrors ? ExitCode.FoundProblems : ExitCode.Fine;
    }
}
