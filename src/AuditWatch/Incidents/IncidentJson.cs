using System.Text.Json;
using AuditWatch.Detection;

namespace AuditWatch.Incidents;

/// <summary>Incidents as JSON, for other programs.</summary>
internal static class IncidentJson
{
    /// <summary>Writes an incident as an object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="incident">The incident.</param>
    /// <param name="history">What happened to it, to be written with it; null to leave it out.</param>
    public static void Write(Utf8JsonWriter json, Incident incident, IReadOnlyList<IncidentEvent>? history = null)
    {
        json.WriteStartObject();
        json.WriteString("id", incident.Id);
        json.WriteString("title", incident.Title);
        json.WriteString("level", incident.Level.Word());
        json.WriteString("status", incident.Status.ToString().ToLowerInvariant());
        json.WriteString("assignee", incident.Assignee);
        json.WriteString("closedBy", incident.ClosedBy);
        json.WriteString("closeReason", incident.CloseReason?.Word());
        json.WriteString("closeNote", incident.CloseNote);
        json.WriteString("mergedInto", incident.MergedInto);
        json.WriteBoolean("setApart", incident.IsSetApart);
        json.WriteString("cluster", incident.Cluster);
        json.WriteString("openedAt", incident.OpenedAt.UtcDateTime);
        json.WriteString("changedAt", incident.ChangedAt.UtcDateTime);
        json.WriteString("firstSeen", incident.FirstSeen.UtcDateTime);
        json.WriteString("lastSeen", incident.LastSeen.UtcDateTime);
        WriteTexts(json, "tactics", incident.Tactics);
        WriteTexts(json, "actors", incident.Actors);
        WriteTexts(json, "shared", incident.Shared);
        WriteTexts(json, "hubs", incident.Hubs);
        WriteTexts(json, "alerts", incident.Alerts);
        json.WriteNumber("alertCount", incident.AlertCount);
        json.WriteNumber("openAlerts", incident.OpenAlerts);
        if (history is not null)
        {
            json.WriteStartArray("history");
            foreach (var happened in history)
            {
                json.WriteStartObject();
                json.WriteString("at", happened.At.UtcDateTime);
                json.WriteString("event", happened.Event);
                json.WriteString("who", happened.Who.Length > 0 ? happened.Who : null);
                json.WriteString("note", happened.Note.Length > 0 ? happened.Note : null);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Writes an incident that is like another one, why it is, and how its alerts ended.</summary>
    public static void WriteSimilar(Utf8JsonWriter json, SimilarIncident similar)
    {
        json.WriteStartObject();
        json.WritePropertyName("incident");
        Write(json, similar.Incident);
        WriteTexts(json, "detections", similar.Detections);
        WriteTexts(json, "actors", similar.Actors);
        WriteTexts(json, "objects", similar.Objects);
        json.WriteStartArray("endings");
        foreach (var (reason, alerts) in similar.Endings)
        {
            json.WriteStartObject();
            json.WriteString("reason", reason);
            json.WriteNumber("alerts", alerts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes, into the object of an alert, the member <c>incident</c>: the id, title and level of the one that it belongs to; null for none.</summary>
    public static void WriteOf(Utf8JsonWriter json, Incident? incident)
    {
        if (incident is null)
        {
            json.WriteNull("incident");
            return;
        }

        json.WriteStartObject("incident");
        json.WriteString("id", incident.Id);
        json.WriteString("title", incident.Title);
        json.WriteString("level", incident.Level.Word());
        json.WriteEndObject();
    }

    /// <summary>Writes, into the object of an alert that somebody is told of, the member <c>incident</c>: as above, which of its alerts it is, and of how many; null for none.</summary>
    public static void WriteOf(Utf8JsonWriter json, IncidentPlace? place)
    {
        if (place is null)
        {
            json.WriteNull("incident");
            return;
        }

        json.WriteStartObject("incident");
        json.WriteString("id", place.Id);
        json.WriteString("title", place.Title);
        json.WriteString("level", place.Level.Word());
        json.WriteNumber("number", place.Number);
        json.WriteNumber("alertCount", place.Alerts);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
