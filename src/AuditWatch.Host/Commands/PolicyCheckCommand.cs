using System.CommandLine;
using AuditWatch.Detection;
using AuditWatch.Host.Output;
using AuditWatch.Policy;
using AuditWatch.Policy.Fixing;
using AuditWatch.Policy.Linting;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch policy check</c>: what is wrong with an audit policy, and what it lets each detection see.</summary>
internal static class PolicyCheckCommand
{
    private const string Examples = """
        auditwatch policy check --policy /etc/kubernetes/audit-policy.yaml
        auditwatch policy check --policy audit-policy.yaml --detections builtin --detections my-rules
        auditwatch policy check --policy audit-policy.yaml --format github --fail-on blind    in a pull request
        """;

    public static Command Create()
    {
        var policy = PolicyCommand.File();
        var detections = DetectionArguments.Option();
        var format = DiagnosticFormat.Option();
        var failOn = new Option<string?>("--fail-on")
        {
            Description = "Exit with 1 if a detection is 'blind', or with 'partial' if one misses requests or bodies.",
            HelpName = "blind|partial",
        };
        failOn.AcceptOnlyFromAmong("blind", "partial");
        var command = new DocumentedCommand("check", "Report what an audit policy hides from the detections, and how to fix it.", Examples) { policy, detections, format, failOn };
        command.SetAction(arguments => Check(
            arguments.GetValue(policy)!, DetectionFolders.Load(arguments.GetValue(detections)), arguments.GetValue(format)!, arguments.GetValue(failOn)));
        return command;
    }

    private static int Check(string path, DetectionSet detections, string format, string? failOn)
    {
        var diagnostics = new Diagnostics();
        var policy = PolicyCommand.Load(path, diagnostics);
        var fixedPolicy = policy is null ? null : PolicyFixer.Fix(policy, detections);
        var coverage = fixedPolicy?.Was ?? [];
        if (policy is not null)
        {
            PolicyLint.Check(policy, diagnostics);
        }

        foreach (var diagnostic in diagnostics)
        {
            Console.Out.WriteLine(DiagnosticFormat.Parse(format)(diagnostic));
        }

        switch (format)
        {
            case "json":
                PolicyCoverageJson.Write(Console.Out, coverage);
                break;
            case "github":
                PolicyCoverageAnnotations.Write(Console.Out, coverage);
                break;
            default:
                PolicyCoverageTable.Write(Terminal.Out(), coverage);
                if (fixedPolicy is { IsChanged: true })
                {
                    PolicyFixes.Write(Console.Out, policy!, fixedPolicy);
                }

                break;
        }

        var worst = failOn switch
        {
            "blind" => Verdict.Blind,
            "partial" => Verdict.SeesWithoutBody,
            _ => (Verdict?)null,
        };
        return diagnostics.HasErrors || coverage.Any(one => one.Verdict >= worst) ? ExitCode.FoundProblems : ExitCode.Fine;
    }
}
