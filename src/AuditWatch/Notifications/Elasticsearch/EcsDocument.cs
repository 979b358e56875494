using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Notifications.Http;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Elasticsearch;

/// <summary>
/// An alert as a document with the fields of the Elastic Common Schema 8.11, and under <c>auditwatch</c> what that has no field for. Field names are fixed, so that no event adds one to the
/// mapping; texts fit into a keyword; an address is one that Elasticsearch takes. The whole alert as the webhook has it is in <c>event.original</c>.
/// </summary>
internal static class EcsDocument
{
    private const int TextLimit = 1000;

    /// <summary>The document; null and empty values are left out.</summary>
    public static JsonObject Of(Notification notification, Alert alert)
    {
        var request = alert.Requests.Count > 0 ? alert.Requests[0] : new RequestSnapshot();
        var techniques = Technique.FromTags(alert.Detection.Tags.Take(20));
        return Map(
            ("@timestamp", Utc(notification.DueAt)),
            ("ecs", Map(("version", "8.11.0"))),
            ("message", Text(MessageLine.SummaryOf(alert))),
            ("event", Map(
                ("kind", "alert"), ("category", new JsonArray("intrusion_detection")), ("type", new JsonArray("info")), ("module", "auditwatch"), ("dataset", "auditwatch.alerts"),
                ("action", Text(request.Verb)), ("outcome", request.Outcome switch { "allowed" => "success", "denied" or "failed" => "failure", _ => "unknown" }),
                ("severity", Severity(alert.Level)), ("id", Text(request.AuditId)), ("start", Utc(alert.FirstSeen)), ("end", Utc(alert.LastSeen)), ("created", Utc(alert.OpenedAt)),
                ("url", notification.LinkTo(alert)?.AbsoluteUri), ("original", Original(notification, alert)))),
            ("rule", Map(("name", Text(alert.Detection.Name)), ("id", Text(alert.Detection.Id)), ("description", Text(alert.Detection.Title)))),
            ("threat", techniques.Count == 0 ? null : Map(
                ("framework", "MITRE ATT&CK"), ("technique", Map(("id", List(techniques.Select(technique => technique.Id))), ("reference", List(techniques.Select(technique => technique.Address.AbsoluteUri))))))),
            ("user", Map(("name", Text(alert.Actor)))),
            ("source", Map(("ip", Address(request.ClientIP)))),
            ("user_agent", Map(("original", Text(request.UserAgent)))),
            ("url", Map(("original", Text(request.RequestUri)))),
            ("process", Map(("command_line", Text(request.Command)))),
            ("orchestrator", Map(
                ("type", "kubernetes"), ("cluster", Map(("name", Text(alert.Cluster)))), ("namespace", Text(request.ObjectRef?.Namespace)),
                ("resource", Map(("type", Text(request.ObjectRef?.Resource)), ("name", Text(request.ObjectRef?.Name)))))),
            ("related", Map(
                ("user", List(alert.Requests.SelectMany(one => new[] { one.User, one.ImpersonatedUser }).Append(alert.Actor).Select(Text))),
                ("ip", List(alert.Requests.Select(one => Address(one.ClientIP)))))),
            ("auditwatch", Map(
                ("alert", Map(
                    ("id", alert.Id), ("level", alert.Level.Word()), ("status", alert.Status.ToString().ToLowerInvariant()), ("count", alert.Count), ("actor_kind", Text(alert.ActorKind)),
                    ("acknowledged_by", Text(alert.AcknowledgedBy)), ("closed_by", Text(alert.ClosedBy)), ("close_reason", Text(alert.CloseReason)))),
                ("incident", notification.Incidents.GetValueOrDefault(alert.Id) is { } place ? Map(("id", place.Id), ("title", Text(place.Title))) : null),
                ("notification", Map(("id", notification.Id), ("kind", notification.Kind.Word()), ("group", notification.GroupKey))))));
    }

    // As Elastic's own detections count.
    private static int Severity(Level level) => level switch { Level.Critical => 99, Level.High => 73, Level.Medium => 47, Level.Low => 21, _ => 0 };

    private static string Original(Notification notification, Alert alert)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, JsonBody.Writing))
        {
            NotificationJson.Write(json, notification, alert);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static JsonObject Map(params ReadOnlySpan<(string Key, JsonNode? Value)> pairs)
    {
        var map = new JsonObject();
        foreach (var (key, value) in pairs)
        {
            if (value is not (null or JsonObject { Count: 0 } or JsonArray { Count: 0 }))
            {
                map[key] = value;
            }
        }

        return map;
    }

    private static JsonArray List(IEnumerable<string?> texts) => new([.. texts.OfType<string>().Distinct().Select(text => JsonValue.Create(text))]);

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : DisplayText.Of(text, TextLimit);

    // Of what IPAddress reads, Elasticsearch takes neither "1" nor an address with a zone.
    private static string? Address(string? text) =>
        IPAddress.TryParse(text, out var address) && (text.Contains(':') ? !text.Contains('%') && !text.Contains('[') : address.ToString() == text) ? address.ToString() : null;

    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
