using System.CommandLine;
using AuditWatch.Detection;
using AuditWatch.RuleTesting;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch detections test</c>: runs the tests that stand beside detections.</summary>
internal static class DetectionsTestCommand
{
    private const string Examples = """
        auditwatch detections test my-rules                        every test below the folder
        auditwatch detections test my-rules/exec_into_pod.yml      the tests of one detection
        auditwatch detections test my-rules --why                  and what stood in the way of those that should fire
        """;

    public static Command Create()
    {
        var folders = DetectionArguments.Argument();
        var why = new Option<bool>("--why")
        {
            Description = "Of a test whose detection should fire and does not, print the clauses that did not match and the values they saw; of a composite, the steps that are there, each with its request, and which is missing or does not agree.",
        };
        var command = new DocumentedCommand("test", "Run the tests beside detections.", Examples) { folders, why };
        command.SetAction(arguments => Test(DetectionFolders.Resolve(arguments.GetValue(folders)), arguments.GetValue(why)));
        return command;
    }

    private static int Test(IReadOnlyList<string> paths, bool why)
    {
        var diagnostics = new Diagnostics();
        var detections = DetectionLoader.Load(paths, diagnostics);
        var tests = DetectionTestLoader.Load(paths, detections, diagnostics);
        foreach (var diagnostic in diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error))
        {
            Console.Out.WriteLine(diagnostic);
        }

        DetectionFolders.RequireSome(paths, detections, diagnostics);
        var runner = new DetectionTestRunner(detections);
        var failed = 0;
        foreach (var result in tests.Select(runner.Run).Where(result => !result.Passed))
        {
            failed++;
            Console.Out.WriteLine($"{result.Case.Location}: {result.Case.Detection}: {result.Case.Name}: {TerminalText.Neutralise(result.Failure!)}");
            foreach (var clause in why ? result.Why : [])
            {
                Console.Out.WriteLine("    " + TerminalText.Neutralise(clause));
            }
        }

        var tested = tests.Select(test => test.Detection).ToHashSet(StringComparer.Ordinal);
        var counted = detections.FeedingOnly();
        foreach (var rule in detections.Rules.Where(rule => !tested.Contains(rule.Name) && !counted.Contains(rule)))
        {
            Console.Error.WriteLine($"{rule.Name} has no tests");
        }

        Console.Out.WriteLine($"{tests.Count - failed} passed, {failed} failed");
        return failed > 0 || diagnostics.HasErrors ? ExitCode.FoundProblems : ExitCode.Fine;
    }
}
