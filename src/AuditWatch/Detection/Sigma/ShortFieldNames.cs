namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Field names that rules of SigmaHQ's kubernetes/audit folder use without their path, and what they mean here.
/// </summary>
internal static class ShortFieldNames
{
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["apiGroup"] = "objectRef.apiGroup",
        ["capabilities"] = "containers.securityContext.capabilities.add",
        ["hostPath"] = "podSpec.volumes.hostPath.path",
    };

    /// <summary>The full path of a field that is written short; any other name as it is.</summary>
    public static string Resolve(string field) => Paths.GetValueOrDefault(field, field);
}
