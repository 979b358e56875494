using System.Text.Json;
using AuditWatch.Detection;

namespace AuditWatch.Alerts;

/// <summary>An alert as JSON, for other programs. Every key is always there; what is not known is null.</summary>
public static class AlertJson
{
    /// <summary>Writes what happened: the object that <c>scan --format json</c> prints.</summary>
    public static void Write(Utf8JsonWriter json, Alert alert)
    {
        json.WriteStartObject();
        WriteMembers(json, alert);
        json.WriteEndObject();
    }

    /// <summary>Writes what happened and how far people have dealt with it.</summary>
    public static void WriteWithStatus(Utf8JsonWriter json, Alert alert)
    {
        json.WriteStartObject();
        WriteMembers(json, alert);
        json.WriteString("level", alert.Level.Word());
        json.WriteString("actorKind", alert.ActorKind);
        json.WriteString("status", alert.Status.ToString().ToLowerInvariant());
        json.WriteString("acknowledgedBy", alert.AcknowledgedBy);
        json.WriteString("closedBy", alert.ClosedBy);
        json.WriteString("openedAt", Utc(alert.OpenedAt));
        json.WriteString("changedAt", Utc(alert.ChangedAt));
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, Alert alert)
    {
        json.WriteString("id", alert.Id);
        json.WriteString("fingerprint", alert.Fingerprint);
        json.WriteStartObject("detection");
        json.WriteString("name", alert.Detection.Name);
        json.WriteString("id", alert.Detection.Id);
        json.WriteString("title", alert.Detection.Title);
        json.WriteString("level", alert.Level.Word());
        WriteArray(json, "tags", alert.Detection.Tags);
        json.WriteEndObject();
        json.WriteString("summary", alert.Summary);
        json.WriteString("actor", alert.Actor);
        json.WriteString("cluster", alert.Cluster);
        json.WriteNumber("count", alert.Count);
        json.WriteString("firstSeen", Utc(alert.FirstSeen));
        json.WriteString("lastSeen", Utc(alert.LastSeen));
        json.WriteStartObject("dedup");
        foreach (var (field, value) in alert.Dedup)
        {
            json.WriteString(field, value);
        }

        json.WriteEndObject();
        WriteArray(json, "why", alert.Why);
        json.WriteStartArray("requests");
        foreach (var request in alert.Requests)
        {
            Write(json, request);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, RequestSnapshot request)
    {
        json.WriteStartObject();
        json.WriteString("auditID", request.AuditId);
        json.WriteString("stage", request.Stage);
        json.WriteString("time", Utc(request.Time));
        json.WriteString("verb", request.Verb);
        json.WriteString("requestURI", request.RequestUri);
        json.WriteString("user", request.User);
        json.WriteString("impersonatedUser", request.ImpersonatedUser);
        json.WriteString("clientIP", request.ClientIP);
        json.WriteString("userAgent", request.UserAgent);
        Write(json, request.ObjectRef);
        if (request.Code is { } code)
        {
            json.WriteNumber("code", code);
        }
        else
        {
            json.WriteNull("code");
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ObjectReference? reference)
    {
        if (reference is null)
        {
            json.WriteNull("objectRef");
            return;
        }

        json.WriteStartObject("objectRef");
        json.WriteString("apiGroup", reference.ApiGroup);
        json.WriteString("resource", reference.Resource);
        json.WriteString("subresource", reference.Subresource);
        json.WriteString("namespace", reference.Namespace);
        json.WriteString("name", reference.Name);
        json.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", null);
}
