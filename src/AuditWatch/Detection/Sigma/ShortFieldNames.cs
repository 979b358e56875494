namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Field names that rules of SigmaHQ's kubernetes/audit folder use without their path, and what they mean here. An audit event knows no files:
/// the rule that asks for the path of a compiler is about what is run in a container, which is the command of an exec.
/// </summary>
internal static class ShortFieldNames
{
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["apiGroup"] = "objectRef.apiGroup",
        ["capabilities"] = "containers.securityContext.capabilities.add",
        ["file_path"] = "command",
        ["hostPath"] = "podSpec.volumes.hostPath.path",
    };

    /// <summary>The full path of a field that is written short; any other name as it is.</summary>
    public static string Resolve(string field) => Paths.GetValueOrDefault(field, field);
}
