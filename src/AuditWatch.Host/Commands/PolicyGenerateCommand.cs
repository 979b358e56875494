using System.CommandLine;
using AuditWatch.Policy.Generation;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch policy generate</c>: the smallest policy that lets the detections see what they need.</summary>
internal static class PolicyGenerateCommand
{
    private const string Examples = """
        auditwatch policy generate > /etc/kubernetes/audit-policy.yaml
        auditwatch policy generate --omit-noise                 without what is much and harmless
        auditwatch policy generate --detections my-rules        for one's own detections alone
        """;

    public static Command Create()
    {
        var detections = DetectionArguments.Option();
        var omitNoise = new Option<bool>("--omit-noise")
        {
            Description = "Leave out lease renewals, node heartbeats, health checks and the like, where no detection goes blind by it.",
        };
        var command = new DocumentedCommand("generate", "Write the smallest audit policy that lets the detections see what they need.", Examples) { detections, omitNoise };
        command.SetAction(arguments =>
        {
            Console.Out.Write(PolicyGenerator.Generate(DetectionFolders.Load(arguments.GetValue(detections)), arguments.GetValue(omitNoise)));
            return ExitCode.Fine;
        });
        return command;
    }
}
