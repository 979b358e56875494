using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using AuditWatch.Detection;
using AuditWatch.Events;
using AuditWatch.Policy;

namespace AuditWatch.Tests.Policy;

/// <summary>An event of a test as an API server with some policy would have written it: the slow and obvious way to find out what a detection sees.</summary>
internal static class RecordedEvent
{
    // An engine takes megabytes, and a rule has many events.
    private static readonly ConditionalWeakTable<DetectionRule, DetectionEngine> Engines = [];

    private static int _requests;

    /// <summary>What the policy knew of the event's request.</summary>
    public static PolicyRequest RequestOf(JsonObject auditEvent)
    {
        var user = Text(auditEvent, "user", "username");
        var subresource = Text(auditEvent, "objectRef", "subresource") ?? "";
        var verb = Text(auditEvent, "verb") ?? "";
        return new PolicyRequest
        {
            Verb = verb,
            User = user,
            Groups = user is null ? [] : UserGroups.Of(user, (auditEvent["user"]?["groups"] as JsonArray ?? []).Select(group => group!.GetValue<string>())),
            ApiGroup = Text(auditEvent, "objectRef", "apiGroup") ?? "",
            Resource = Text(auditEvent, "objectRef", "resource") ?? "",
            Subresource = subresource,
            Namespace = Text(auditEvent, "objectRef", "namespace") ?? "",
            Name = verb == "create" && subresource.Length == 0 ? "" : Text(auditEvent, "objectRef", "name") ?? "",
            Path = auditEvent["objectRef"] is null ? (Text(auditEvent, "requestURI") ?? "/").Split('?')[0] : "",
        };
    }

    /// <summary>Whether the detection finds the request in what is written of it. One thread at a time for a rule.</summary>
    public static bool IsFound(DetectionRule rule, JsonObject auditEvent, PolicyRequest request, PolicyDecision decision)
    {
        using var batch = new EventBatch(new EventOrigin("test"), DateTimeOffset.MaxValue);
        var id = $"{Interlocked.Increment(ref _requests)}";
        foreach (var stage in Enum.GetValues<AuditStages>().Where(stage => stage is not (AuditStages.None or AuditStages.All) && decision.Written(request).HasFlag(stage)))
        {
            batch.Append(Encoding.UTF8.GetBytes(At(stage, auditEvent, decision.Level, id).ToJsonString() + "\n"));
        }

        new AuditEventReader("test").Read(batch, isFinal: true);
        Assert.Empty(batch.Rejections);
        var findings = new List<Finding>();
        Engines.GetValue(rule, one => new DetectionEngine(new DetectionSet([one]))).Detect(batch, findings);
        return findings.Count > 0;
    }

    private static JsonObject At(AuditStages stage, JsonObject auditEvent, AuditLevel level, string auditId)
    {
        var written = (JsonObject)auditEvent.DeepClone();
        written["auditID"] = auditId;
        written["stage"] = stage.ToString();
        written["level"] = level.ToString();
        written["requestReceivedTimestamp"] = "2026-01-01T00:00:00.000000Z";
        written["stageTimestamp"] = "2026-01-01T00:00:00.000000Z";
        string[] missing =
        [
            .. level < AuditLevel.Request || stage == AuditStages.RequestReceived ? ["requestObject"] : Array.Empty<string>(),
            .. level < AuditLevel.RequestResponse || stage == AuditStages.RequestReceived ? ["responseObject"] : Array.Empty<string>(),
            .. stage == AuditStages.RequestReceived ? ["responseStatus"] : Array.Empty<string>(),
        ];
        foreach (var field in missing)
        {
            written.Remove(field);
        }

        return written;
    }

    private static string? Text(JsonNode? node, params string[] path)
    {
        foreach (var key in path)
        {
            node = node?[key];
        }

        return node?.GetValue<string>();
    }
}
