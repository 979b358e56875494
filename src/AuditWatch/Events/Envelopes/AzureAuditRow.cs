using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Envelopes;

/// <summary>
/// Translates a row of the tables AKSAudit, AKSAuditAdmin, ArcK8sAudit and ArcK8sAuditAdmin of Azure Monitor, which have a column for each field, into an event.
/// What is an object in an event is one in the row or, as <c>az monitor log-analytics query</c> prints it, the text of one.
/// </summary>
internal static class AzureAuditRow
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly (byte[] Column, byte[] Field)[] Columns =
    [
        ("Level"u8.ToArray(), "level"u8.ToArray()), ("AuditId"u8.ToArray(), "auditID"u8.ToArray()), ("Stage"u8.ToArray(), "stage"u8.ToArray()),
        ("RequestUri"u8.ToArray(), "requestURI"u8.ToArray()), ("Verb"u8.ToArray(), "verb"u8.ToArray()), ("User"u8.ToArray(), "user"u8.ToArray()),
        ("ImpersonatedUser"u8.ToArray(), "impersonatedUser"u8.ToArray()), ("SourceIps"u8.ToArray(), "sourceIPs"u8.ToArray()),
        ("UserAgent"u8.ToArray(), "userAgent"u8.ToArray()), ("ObjectRef"u8.ToArray(), "objectRef"u8.ToArray()),
        ("ResponseStatus"u8.ToArray(), "responseStatus"u8.ToArray()), ("RequestObject"u8.ToArray(), "requestObject"u8.ToArray()),
        ("ResponseObject"u8.ToArray(), "responseObject"u8.ToArray()), ("RequestReceivedTime"u8.ToArray(), "requestReceivedTimestamp"u8.ToArray()),
        ("StageReceivedTime"u8.ToArray(), "stageTimestamp"u8.ToArray()), ("Annotations"u8.ToArray(), "annotations"u8.ToArray()),

        // When the row was written, for want of anything better: read only where the two above are missing.
        ("TimeGenerated"u8.ToArray(), "timestamp"u8.ToArray()),
    ];

    /// <summary>The event that a row holds.</summary>
    public static ReadOnlyMemory<byte> Translate(JsonValue row)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString("kind"u8, "Event"u8);
        json.WriteString("apiVersion"u8, "audit.k8s.io/v1"u8);
        foreach (var (column, field) in Columns)
        {
            Write(json, field, RelativePath.Member(row, column));
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> field, JsonValue value)
    {
        if (value.Kind is JsonKind.Missing or JsonKind.Null || (value.Kind == JsonKind.String && value.Bytes.IsEmpty))
        {
            return;
        }

        json.WritePropertyName(field);
        if (value.Kind != JsonKind.String)
        {
            json.WriteRawValue(value.Bytes, skipInputValidation: true);
            return;
        }

        var text = value.Unescape(new byte[value.Bytes.Length]);
        if (text[0] is (byte)'{' or (byte)'[' && IsJson(text))
        {
            json.WriteRawValue(text, skipInputValidation: true);
        }
        else
        {
            json.WriteStringValue(value.ToString());
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, JsonValue.ReaderOptions);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
