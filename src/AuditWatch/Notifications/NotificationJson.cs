using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;

namespace AuditWatch.Notifications;

/// <summary>A notification as JSON, for other programs. Every key is always there; what is not known is null.</summary>
internal static class NotificationJson
{
    /// <summary>The kind's word: <c>opened</c>.</summary>
    public static string Word(this NotificationKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Writes the whole notification as an object.</summary>
    public static void Write(Utf8JsonWriter json, Notification notification)
    {
        json.WriteStartObject();
        json.WriteString("version", "1");
        WriteMembers(json, notification);
        json.WriteStartArray("alerts");
        foreach (var alert in notification.Alerts)
        {
            WriteAlert(json, notification, alert);
        }

        json.WriteEndArray();
        json.WriteNumber("moreAlerts", notification.MoreAlerts);
        json.WriteStartArray("digest");
        foreach (var line in notification.Digest)
        {
            json.WriteStartObject();
            json.WriteString("detection", line.Detection);
            json.WriteString("level", line.Level.Word());
            json.WriteNumber("alerts", line.Alerts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes one of its alerts as an object of its own.</summary>
    public static void Write(Utf8JsonWriter json, Notification notification, Alert alert)
    {
        json.WriteStartObject();
        json.WriteStartObject("notification");
        WriteMembers(json, notification);
        json.WriteEndObject();
        json.WritePropertyName("alert");
        WriteAlert(json, notification, alert);
        json.WriteEndObject();
    }

    private static void WriteAlert(Utf8JsonWriter json, Notification notification, Alert alert) =>
        AlertJson.WriteWithStatus(json, alert, more: () => IncidentJson.WriteOf(json, notification.Incidents.GetValueOrDefault(alert.Id)));

    private static void WriteMembers(Utf8JsonWriter json, Notification notification)
    {
        json.WriteString("id", notification.Id);
        json.WriteString("kind", notification.Kind.Word());
        json.WriteString("receiver", notification.Receiver);
        json.WriteString("escalatedFrom", notification.Escalation?.From);
        json.WriteString("groupKey", notification.GroupKey);
        json.WriteString("dueAt", notification.DueAt.UtcDateTime);
        json.WriteString("externalUrl", notification.ExternalUrl?.AbsoluteUri);
    }
}
