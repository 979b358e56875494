using System.CommandLine;

namespace AuditWatch.Host.Commands;

/// <summary><c>auditwatch detections</c>: what people who write detections use.</summary>
internal static class DetectionsCommand
{
    public static Command Create() => new("detections", "Write, check, test, try, list and show detections.")
    {
        DetectionsCheckCommand.Create(),
        DetectionsTestCommand.Create(),
        DetectionsBacktestCommand.Create(),
        DetectionsListCommand.Create(),
        DetectionsShowCommand.Create(),
        DetectionsNewCommand.Create(),
    };
}
