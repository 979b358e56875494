using System.CommandLine;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Policy.Fixing;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch policy fix</c>: an audit policy with what <c>policy check</c> says is missing.</summary>
internal static class PolicyFixCommand
{
    private const string Examples = """
        auditwatch policy fix --policy audit-policy.yaml -o fixed.yaml
        auditwatch policy fix --policy audit-policy.yaml --detections builtin --detections my-rules | diff audit-policy.yaml -
        """;

    public static Command Create()
    {
        var policy = PolicyCommand.File();
        var detections = DetectionArguments.Option();
        var output = new Option<string?>("--output", "-o") { Description = "The file to write; it may be the policy itself. Default: standard output.", HelpName = "FILE" };
        var command = new DocumentedCommand("fix", "Write an audit policy without what it hides from the detections; its comments stay.", Examples) { policy, detections, output };
        command.SetAction(arguments => Fix(arguments.GetValue(policy)!, DetectionFolders.Load(arguments.GetValue(detections)), arguments.GetValue(output)));
        return command;
    }

    private static int Fix(string path, DetectionSet detections, string? output)
    {
        var diagnostics = new Diagnostics();
        var policy = PolicyCommand.Load(path, diagnostics) ?? throw new UsageException(string.Join('\n', diagnostics));
        foreach (var mistake in diagnostics)
        {
            Console.Error.WriteLine($"{mistake} (stays as it is)");
        }

        var fixedPolicy = PolicyFixer.Fix(policy, detections);
        var text = PolicyText.Of(path, File.ReadAllText(path), policy, fixedPolicy, out var keepsComments);
        Write(text, output);
        if (!keepsComments)
        {
            Console.Error.WriteLine("written anew, without the comments of the original: its rules are not a list with a line for each, or there is more in it than rules can be put into");
        }

        var left = fixedPolicy.Is.Count(one => one.Gaps.Count > 0);
        Console.Error.WriteLine($"{Counted.Of(fixedPolicy.Rules, "rule")} added; {fixedPolicy.Was.Count(one => one.Gaps.Count > 0) - left} of {Counted.Of(fixedPolicy.Is.Count, "detection")} see more than before{(left > 0 ? $", {left} do not see all they need: see 'auditwatch policy check'" : ", and all see what they need")}");
        return left > 0 ? ExitCode.FoundProblems : ExitCode.Fine;
    }

    private static void Write(string text, string? output)
    {
        if (output is null)
        {
            Console.Out.Write(text);
            return;
        }

        try
        {
            File.WriteAllText(output, text);
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new UsageException($"the policy cannot be written: {problem.Message}");
        }
    }
}
