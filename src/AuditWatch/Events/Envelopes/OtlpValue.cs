using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Envelopes;

/// <summary>
/// Converts a value of the OpenTelemetry protocol to plain JSON (opentelemetry.proto.common.v1.AnyValue in JSON): <c>{"stringValue":"a"}</c>,
/// <c>{"kvlistValue":{"values":[{"key":"a","value":…}]}}</c> and so on. Collectors that have parsed an event send it in this form.
/// </summary>
internal static class OtlpValue
{
    private const int MaxDepth = 64;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Converts a value.</summary>
    public static ReadOnlyMemory<byte> ToJson(JsonValue value)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        Write(json, value, depth: 0);
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Whether an object is a ResourceLogs or ScopeLogs without logs: has no members but those that say of what they would be.</summary>
    public static bool IsEmptyList(JsonValue logs)
    {
        var members = new Utf8JsonReader(logs.Bytes, JsonValue.ReaderOptions);
        members.Read();
        while (members.Read() && members.TokenType == JsonTokenType.PropertyName)
        {
            if (!members.ValueSpan.SequenceEqual("resource"u8) && !members.ValueSpan.SequenceEqual("scope"u8) && !members.ValueSpan.SequenceEqual("schemaUrl"u8))
            {
                return false;
            }

            members.Read();
            members.Skip();
        }

        return true;
    }

    private static void Write(Utf8JsonWriter json, JsonValue value, int depth)
    {
        if (RelativePath.Member(RelativePath.Member(value, "kvlistValue"u8), "values"u8) is { Kind: JsonKind.Array } map && depth < MaxDepth)
        {
            json.WriteStartObject();
            var members = new JsonElements(map);
            while (members.MoveNext())
            {
                json.WritePropertyName(RelativePath.Member(members.Current, "key"u8).ToString());
                Write(json, RelativePath.Member(members.Current, "value"u8), depth + 1);
            }

            json.WriteEndObject();
        }
        else if (RelativePath.Member(RelativePath.Member(value, "arrayValue"u8), "values"u8) is { Kind: JsonKind.Array } array && depth < MaxDepth)
        {
            json.WriteStartArray();
            var items = new JsonElements(array);
            while (items.MoveNext())
            {
                Write(json, items.Current, depth + 1);
            }

            json.WriteEndArray();
        }
        else
        {
            WriteScalar(json, value);
        }
    }

    // A whole number is a string, for it may be longer than numbers of JavaScript are.
    private static void WriteScalar(Utf8JsonWriter json, JsonValue value)
    {
        if (RelativePath.Member(value, "stringValue"u8) is { Kind: JsonKind.String } text)
        {
            json.WriteStringValue(text.ToString());
        }
        else if (RelativePath.Member(value, "stringValue"u8) is { Kind: JsonKind.Object } parsed)
        {
            // Not of the protocol, and what is made when somebody parses every text on the way.
            json.WriteRawValue(parsed.Bytes, skipInputValidation: true);
        }
        else if (RelativePath.Member(value, "bytesValue"u8) is { Kind: JsonKind.String } packed && PackedText.TryUnpack(packed.Bytes) is { } bytes)
        {
            json.WriteStringValue(Encoding.UTF8.GetString(bytes));
        }
        else if (RelativePath.Member(value, "intValue"u8) is { IsScalar: true } number && long.TryParse(number.Bytes, System.Globalization.CultureInfo.InvariantCulture, out var whole))
        {
            json.WriteNumberValue(whole);
        }
        else if (RelativePath.Member(value, "doubleValue"u8) is { Kind: JsonKind.Number } real)
        {
            json.WriteRawValue(real.Bytes, skipInputValidation: true);
        }
        else if (RelativePath.Member(value, "boolValue"u8) is { Kind: JsonKind.Boolean } truth)
        {
            json.WriteRawValue(truth.Bytes, skipInputValidation: true);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
