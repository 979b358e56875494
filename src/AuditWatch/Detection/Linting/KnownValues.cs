namespace AuditWatch.Detection.Linting;

/// <summary>
/// Fields of which all values are known, so that a rule that asks for another can be told: <c>responseStatus.code: ALLOW</c> or the verb
/// <c>replace</c> are in no event. Verbs are those of k8s.io/apiserver, pkg/endpoints/request, and HTTP methods in lower case.
/// </summary>
internal static class KnownValues
{
    private static readonly Dictionary<string, string[]> ByField = new(StringComparer.Ordinal)
    {
        ["verb"] =
        [
            "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection",
            "proxy", "connect", "redirect", "post", "put", "head", "options", "trace", "copy", "move", "lock", "unlock", "mkcol", "propfind", "proppatch",
        ],
        ["level"] = ["Metadata", "Request", "RequestResponse"],
        ["stage"] = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"],
        ["kind"] = ["Event"],
        ["outcome"] = ["allowed", "denied", "failed", "started"],
        ["actor.kind"] = ["human", "serviceaccount", "node", "controlplane", "anonymous", "unauthenticated"],
        ["annotations.authorization.k8s.io/decision"] = ["allow", "forbid"],
        ["responseStatus.code"] = [.. Enumerable.Range(100, 500).Select(code => code.ToString(System.Globalization.CultureInfo.InvariantCulture))],
        ["responseStatus.status"] = ["Success", "Failure"],
    };

    /// <summary>The values a field can have, if all are known.</summary>
    public static bool TryGet(string field, out string[] values) => ByField.TryGetValue(field, out values!);
}
