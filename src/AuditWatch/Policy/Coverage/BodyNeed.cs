namespace AuditWatch.Policy.Coverage;

/// <summary>
/// The level that a field needs which is read from a body. The object as it stands after the request is in the body of a create or an update; of a
/// patch, and of what only asks, it is in the answer alone.
/// </summary>
internal sealed class BodyNeed
{
    // Of an answer that is a Status, which every level records as responseStatus: its code always, the rest since Kubernetes 1.23.
    private static readonly string[] OfStatus = ["status", "message", "reason", "details", "code"];

    private static readonly BodyNeed RequestBody = new(AuditLevel.Request, AuditLevel.Request);
    private static readonly BodyNeed ResponseBody = new(AuditLevel.RequestResponse, AuditLevel.RequestResponse);
    private static readonly BodyNeed ObjectAfter = new(AuditLevel.Request, AuditLevel.RequestResponse);

    private readonly AuditLevel _ofWrites;
    private readonly AuditLevel _ofOthers;

    private BodyNeed(AuditLevel ofWrites, AuditLevel ofOthers)
    {
        _ofWrites = ofWrites;
        _ofOthers = ofOthers;
    }

    /// <summary>The need of a field; null if it is not read from a body.</summary>
    public static BodyNeed? Find(string path)
    {
        var parts = path.Split('.');
        return parts[0] switch
        {
            "requestObject" => RequestBody,
            "responseObject" when parts.Length == 2 && OfStatus.Contains(parts[1]) => null,
            "responseObject" => ResponseBody,
            "object" or "podSpec" or "containers" => ObjectAfter,
            _ => null,
        };
    }

    /// <summary>All requests, with the level that the field needs of each.</summary>
    public List<SoughtRequests> In(RequestUniverse universe, string path)
    {
        var writes = universe.WhereVerb(verb => verb is "create" or "update");
        var patches = universe.WhereVerb(verb => verb == "patch");
        var others = universe.WhereVerb(verb => verb is not ("create" or "update" or "patch"));

        // That there is a body at all is certain of what writes; what is in it is not.
        var isBody = path == "requestObject";
        return SoughtList.Either(
        [
            new SoughtRequests(writes, _ofWrites, path, AuditStages.All, isBody),
            new SoughtRequests(patches, _ofOthers, path, AuditStages.All, isBody),
            new SoughtRequests(others, _ofOthers, path, AuditStages.All, IsCertain: false),
        ]);
    }
}
