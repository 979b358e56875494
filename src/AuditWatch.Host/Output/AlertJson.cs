using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Host.Output;

/// <summary>Alerts and findings as JSON, one a line: what other programs read. Every key is always there; what is not known is null.</summary>
internal static class AlertJson
{
    /// <summary>Writes an alert and ends the line.</summary>
    public static void Write(Stream output, Alert alert) => WriteLine(output, alert, Write);

    /// <summary>Writes a finding and ends the line.</summary>
    public static void Write(Stream output, Finding finding) => WriteLine(output, finding, Write);

    // The default escaping writes everything but plain ASCII as \uXXXX: nothing in it can act on a terminal.
    private static void WriteLine<T>(Stream output, T value, Action<Utf8JsonWriter, T> write)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            write(json, value);
        }

        output.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, Alert alert)
    {
        json.WriteStartObject();
        json.WriteString("id", alert.Id);
        json.WriteString("fingerprint", alert.Fingerprint);
        json.WriteStartObject("detection");
        json.WriteString("name", alert.Detection.Name);
        json.WriteString("id", alert.Detection.Id);
        json.WriteString("title", alert.Detection.Title);
        json.WriteString("level", alert.Detection.Level.Word());
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
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("detection", finding.Detection.Name);
        json.WriteString("auditID", finding.Request.AuditId);
        json.WriteString("stage", finding.Request.Stage);
        json.WriteString("time", Utc(finding.Time));
        json.WriteString("actor", finding.Actor);
        WriteArray(json, "why", finding.Why);
        json.WriteEndObject();
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
