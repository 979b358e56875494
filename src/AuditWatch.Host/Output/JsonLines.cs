using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;

namespace AuditWatch.Host.Output;

/// <summary>Alerts and findings as JSON, one a line: what other programs read.</summary>
internal static class JsonLines
{
    /// <summary>Writes alerts to standard output, each with its incident.</summary>
    /// <param name="alerts">The alerts.</param>
    /// <param name="incidents">The incidents, by the ids of their alerts.</param>
    public static void Write(IEnumerable<Alert> alerts, IReadOnlyDictionary<string, Incident> incidents) =>
        WriteAll(alerts, (json, alert) => AlertJson.Write(json, alert, () => IncidentJson.WriteOf(json, incidents.GetValueOrDefault(alert.Id))));

    /// <summary>Writes findings to standard output.</summary>
    public static void Write(IEnumerable<Finding> findings) => WriteAll(findings, Write);

    /// <summary>Writes what another program wrote to standard output.</summary>
    public static void Write(IEnumerable<JsonElement> objects) => WriteAll(objects, (json, element) => element.WriteTo(json));

    /// <summary>Writes objects to standard output. Everything but plain ASCII is written as \uXXXX: nothing in it can act on a terminal.</summary>
    /// <param name="values">What to write.</param>
    /// <param name="write">Writes one of them.</param>
    public static void WriteAll<T>(IEnumerable<T> values, Action<Utf8JsonWriter, T> write)
    {
        using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        using var json = new Utf8JsonWriter(output);
        foreach (var value in values)
        {
            write(json, value);
            json.Flush();
            json.Reset();
            output.WriteByte((byte)'\n');
        }
    }

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("detection", finding.Detection.Name);
        json.WriteString("auditID", finding.Request.AuditId);
        json.WriteString("stage", finding.Request.Stage);
        json.WriteString("time", finding.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", null));
        json.WriteString("actor", finding.Actor);
        json.WriteStartArray("why");
        foreach (var clause in finding.Why)
        {
            json.WriteStringValue(clause);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
