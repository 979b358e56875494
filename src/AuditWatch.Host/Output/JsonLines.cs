using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Host.Output;

/// <summary>Alerts and findings as JSON, one a line: what other programs read.</summary>
internal static class JsonLines
{
    /// <summary>Writes an alert and ends the line.</summary>
    public static void Write(Stream output, Alert alert) => WriteLine(output, alert, AlertJson.Write);

    /// <summary>Writes a finding and ends the line.</summary>
    public static void Write(Stream output, Finding finding) => WriteLine(output, finding, Write);

    /// <summary>Writes what another program wrote to standard output, an object a line.</summary>
    public static void Write(IEnumerable<JsonElement> objects)
    {
        using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        foreach (var one in objects)
        {
            WriteLine(output, one, (json, element) => element.WriteTo(json));
        }
    }

    // The default escaping writes everything but plain ASCII as \uXXXX: nothing in it can act on a terminal.
    private static void WriteLine<T>(Stream output, T value, Action<Utf8JsonWriter, T> write)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            write(json, value);
        }

        output.WriteByte((byte)'\n');
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
