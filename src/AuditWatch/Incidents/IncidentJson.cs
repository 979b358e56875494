using System.Text.Json;
using AuditWatch.Detection;

namespace AuditWatch.Incidents;

/// <summary>Incidents as JSON, for other programs.</summary>
public static class IncidentJson
{
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
}
