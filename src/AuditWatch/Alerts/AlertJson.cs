using System.Text.Json;
using AuditWatch.Detection;

namespace AuditWatch.Alerts;

/// <summary>An alert as JSON, for other programs. Every key is always there; what is not known is null.</summary>
internal static class AlertJson
{
    private const int TextLimit = 1000;
    private const int RunbookLimit = 4000;
    private const int ListLimit = 50;

    /// <summary>Writes what happened: the object that <c>scan --format json</c> prints.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="alert">The alert.</param>
    /// <param name="more">Writes members after those of the alert. Default: there are none.</param>
    public static void Write(Utf8JsonWriter json, Alert alert, Action? more = null)
    {
        json.WriteStartObject();
        WriteMembers(json, alert, text => text, isSent: false);
        more?.Invoke();
        json.WriteEndObject();
    }

    /// <summary>
    /// Writes what happened, what is new in repeats, of the detection also the runbook, of each request also the outcome, the reason for it, the command and what it asks to change, and how far people
    /// have dealt with it. Bounded, to be sent: of a text at most 1,000 characters (4,000 of a runbook), ending in <c>…</c> where it was longer, of clauses and tags at most 50.
    /// </summary>
    /// <param name="json">Where to.</param>
    /// <param name="alert">The alert.</param>
    /// <param name="history">What happened to it, to be written with it; null to leave it out.</param>
    /// <param name="more">Writes members after those of the alert. Default: there are none.</param>
    public static void WriteWithStatus(Utf8JsonWriter json, Alert alert, IReadOnlyList<AlertEvent>? history = null, Action? more = null)
    {
        json.WriteStartObject();
        WriteMembers(json, alert, text => Cut(text), isSent: true);
        json.WriteString("level", alert.Level.Word());
        json.WriteString("actorKind", alert.ActorKind);
        json.WriteString("status", alert.Status.ToString().ToLowerInvariant());
        json.WriteString("acknowledgedBy", Cut(alert.AcknowledgedBy));
        json.WriteString("closedBy", Cut(alert.ClosedBy));
        json.WriteString("closeReason", Cut(alert.CloseReason));
        json.WriteString("openedAt", Utc(alert.OpenedAt));
        json.WriteString("changedAt", Utc(alert.ChangedAt));
        if (history is not null)
        {
            json.WriteStartArray("history");
            foreach (var happened in history)
            {
                Write(json, happened);
            }

            json.WriteEndArray();
        }

        more?.Invoke();

        json.WriteEndObject();
    }

    /// <summary>Writes the members <c>told</c>, who was told when, and <c>notTold</c>, why somebody is not for now, or null.</summary>
    public static void WriteTelling(Utf8JsonWriter json, AlertTelling telling)
    {
        json.WriteStartArray("told");
        foreach (var told in telling.Told)
        {
            Write(json, told);
        }

        json.WriteEndArray();
        json.WritePropertyName("notTold");
        if (telling.NotTold is { } notTold)
        {
            Write(json, notTold);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void Write(Utf8JsonWriter json, AlertEvent happened)
    {
        json.WriteStartObject();
        json.WriteString("at", Utc(happened.At));
        json.WriteString("event", happened.Event);
        json.WriteString("who", Cut(happened.Who.Length > 0 ? happened.Who : null));
        json.WriteString("note", Cut(happened.Note));
        json.WriteString("level", happened.Level?.Word());
        WriteNumber(json, "count", happened.Count);
        json.WriteString("notification", happened.NotificationId);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, Alert alert, Func<string?, string?> cut, bool isSent)
    {
        var limit = isSent ? ListLimit : int.MaxValue;
        json.WriteString("id", alert.Id);
        json.WriteString("fingerprint", alert.Fingerprint);
        json.WriteStartObject("detection");
        json.WriteString("name", cut(alert.Detection.Name));
        json.WriteString("id", cut(alert.Detection.Id));
        json.WriteString("title", cut(alert.Detection.Title));
        json.WriteString("level", alert.Level.Word());
        WriteArray(json, "tags", alert.Detection.Tags.Take(limit).Select(cut));
        if (isSent)
        {
            json.WriteString("runbook", Cut(alert.Detection.Runbook, RunbookLimit));
        }

        json.WriteEndObject();
        json.WriteString("summary", cut(alert.Summary));
        json.WriteString("actor", cut(alert.Actor));
        json.WriteString("cluster", cut(alert.Cluster));
        json.WriteNumber("count", alert.Count);
        json.WriteString("firstSeen", Utc(alert.FirstSeen));
        json.WriteString("lastSeen", Utc(alert.LastSeen));
        json.WriteStartObject("dedup");
        foreach (var (field, value) in alert.Dedup)
        {
            json.WriteString(cut(field)!, cut(value));
        }

        json.WriteEndObject();
        WriteArray(json, "why", alert.Why.Take(limit).Select(cut));
        if (isSent)
        {
            WriteUpdates(json, alert, cut);
        }

        json.WriteStartArray("requests");
        foreach (var request in alert.Requests)
        {
            Write(json, request, cut, isSent);
        }

        json.WriteEndArray();
    }

    private static void WriteUpdates(Utf8JsonWriter json, Alert alert, Func<string?, string?> cut)
    {
        json.WriteStartArray("updates");
        foreach (var update in alert.Updates.Take(ListLimit))
        {
            json.WriteStartObject();
            json.WriteString("field", cut(update.Field));
            json.WriteString("value", cut(update.Value));
            json.WriteNumber("count", update.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, RequestSnapshot request, Func<string?, string?> cut, bool isSent)
    {
        json.WriteStartObject();
        json.WriteString("auditID", cut(request.AuditId));
        json.WriteString("stage", cut(request.Stage));
        json.WriteString("time", Utc(request.Time));
        json.WriteString("verb", cut(request.Verb));
        json.WriteString("requestURI", cut(request.RequestUri));
        json.WriteString("user", cut(request.User));
        json.WriteString("impersonatedUser", cut(request.ImpersonatedUser));
        json.WriteString("clientIP", cut(request.ClientIP));
        json.WriteString("userAgent", cut(request.UserAgent));
        Write(json, request.ObjectRef, cut);
        WriteNumber(json, "code", request.Code);
        if (isSent)
        {
            json.WriteString("outcome", cut(request.Outcome));
            json.WriteString("reason", cut(request.Reason));
            json.WriteString("command", cut(request.Command));
            if (request.CloudIdentity is { } identity)
            {
                json.WriteString("identity", cut(identity));
            }

            if (request.Changes is { Count: > 0 } changes)
            {
                WriteArray(json, "changes", changes.Select(cut));
            }
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ObjectReference? reference, Func<string?, string?> cut)
    {
        if (reference is null)
        {
            json.WriteNull("objectRef");
            return;
        }

        json.WriteStartObject("objectRef");
        json.WriteString("apiGroup", cut(reference.ApiGroup));
        json.WriteString("resource", cut(reference.Resource));
        json.WriteString("subresource", cut(reference.Subresource));
        json.WriteString("namespace", cut(reference.Namespace));
        json.WriteString("name", cut(reference.Name));
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<string?> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static string? Cut(string? text, int limit = TextLimit) =>
        text is null || text.Length <= limit ? text : $"{text[..(limit - (char.IsHighSurrogate(text[limit - 2]) ? 2 : 1))]}…";

    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", null);
}
