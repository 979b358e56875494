using System.CommandLine;
using AuditWatch.Policy;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch policy</c>: what the audit policy of an API server lets detections see.</summary>
internal static class PolicyCommand
{
    public static Command Create() => new("policy", "Tell what an audit policy hides from the detections, and write one that hides nothing.")
    {
        PolicyCheckCommand.Create(),
        PolicyFixCommand.Create(),
        PolicyGenerateCommand.Create(),
        PolicyExplainCommand.Create(),
    };

    /// <summary>The option for the policy's file.</summary>
    public static Option<string> File() => new("--policy") { Description = "The audit policy.", HelpName = "FILE", Required = true };

    /// <summary>The policy in a file, and all there is to say about it.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static AuditPolicy? Load(string path, Diagnostics diagnostics) =>
        System.IO.File.Exists(path) ? PolicyParser.Load(path, diagnostics) : throw new UsageException($"there is no file '{path}'");
}
