namespace AuditWatch.Policy.Coverage;

/// <summary>
/// The audit level that a request must be recorded at for a field of its bodies to be in the event. The object as it is after the request is in the request's
/// body for a create or an update; for any other verb it is only in the response's. Immutable.
/// </summary>
internal sealed class BodyRequirement
{
    // Fields of a response that is a Status. Every level records them as responseStatus: the code always, the others since Kubernetes 1.23.
    private static readonly string[] StatusFields = ["status", "message", "reason", "details", "code"];

    private static readonly BodyRequirement RequestBody = new(AuditLevel.Request, AuditLevel.Request);
    private static readonly BodyRequirement ResponseBody = new(AuditLevel.RequestResponse, AuditLevel.RequestResponse);
    private static readonly BodyRequirement ObjectAfter = new(AuditLevel.Request, AuditLevel.RequestResponse);

    private readonly AuditLevel _forWrites;
    private readonly AuditLevel _forOthers;

    private BodyRequirement(AuditLevel forWrites, AuditLevel forOthers)
    {
        _forWrites = forWrites;
        _forOthers = forOthers;
    }

    /// <summary>The requirement of a field, by its path; null if it is not read from a body.</summary>
    public static BodyRequirement? Find(string path)
    {
        var parts = path.Split('.');
        return parts[0] switch
        {
            "requestObject" or "change" or "changedPodSpec" or "changedContainers" => RequestBody,
            "responseObject" when parts.Length == 2 && StatusFields.Contains(parts[1]) => null,
            "responseObject" => ResponseBody,
            "object" or "podSpec" or "containers" or "staticPod" or "binding" => ObjectAfter,
            _ => null,
        };
    }

    /// <summary>Selectors of all requests, each with the level that the field requires.</summary>
    /// <param name="universe">The requests.</param>
    /// <param name="path">The path of the field.</param>
    public List<RequestSelector> Select(RequestUniverse universe, string path)
    {
        var writes = universe.WhereVerb(verb => verb is "create" or "update");
        var patches = universe.WhereVerb(verb => verb == "patch");
        var others = universe.WhereVerb(verb => verb is not ("create" or "update" or "patch"));

        // A write certainly has a body. What is in it is not certain.
        var isBody = path == "requestObject";
        return RequestSelector.Union(
        [
            new RequestSelector(writes, _forWrites, path, AuditStages.All, isBody),
            new RequestSelector(patches, _forOthers, path, AuditStages.All, isBody),
            new RequestSelector(others, _forOthers, path, AuditStages.All, IsCertain: false),
        ]);
    }
}
