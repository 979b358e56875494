using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AuditWatch.Alerts;

/// <summary>What is nested in a column: lists of texts as an array, pairs of texts as an object, updates as an array of objects.</summary>
internal static class NestedJson
{
    // It is read by databases and people, not by browsers.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(IReadOnlyList<string> texts) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var text in texts)
        {
            json.WriteStringValue(Sayable(text));
        }

        json.WriteEndArray();
    });

    public static string Write(IReadOnlyList<KeyValuePair<string, string>> pairs) => Write(json =>
    {
        json.WriteStartObject();
        foreach (var (name, value) in pairs)
        {
            json.WriteString(Sayable(name), Sayable(value));
        }

        json.WriteEndObject();
    });

    public static string Write(IReadOnlyList<AlertUpdate> updates) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var update in updates)
        {
            json.WriteStartObject();
            json.WriteString("field", Sayable(update.Field));
            json.WriteString("value", Sayable(update.Value));
            json.WriteNumber("count", update.Count);
            json.WriteNumber("since", update.Since);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static IReadOnlyList<AlertUpdate> ReadUpdates(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(update => new AlertUpdate(
            update.GetProperty("field").GetString()!, update.GetProperty("value").GetString()!, update.GetProperty("count").GetInt32(), update.GetProperty("since").GetInt32()))];
    }

    public static IReadOnlyList<string> ReadTexts(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(text => text.GetString()!)];
    }

    public static IReadOnlyList<KeyValuePair<string, string>> ReadPairs(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateObject().Select(pair => KeyValuePair.Create(pair.Name, pair.Value.GetString()!))];
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // PostgreSQL has no text with U+0000 in it, however it is escaped.
    private static string Sayable(string text) => text.Replace('\0', '\uFFFD');
}
