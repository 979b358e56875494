using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AuditWatch.Sources.Webhook;

/// <summary>
/// A log record of OpenTelemetry in its binary form as the same in JSON: <c>{"logRecords":[{"body":{"stringValue":"EVENT"}}]}</c>. (opentelemetry-proto 1.x: logs/v1 and common/v1.)
/// </summary>
internal static class OtlpRecord
{
    private const int MostDepth = 64;
    private const int BodyField = 5;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a record, and a line feed after it. What it has beside its body is left out.</summary>
    /// <param name="record">The record.</param>
    /// <param name="output">Gets the JSON.</param>
    /// <exception cref="InvalidDataException">It is no record. Some of it may have been written.</exception>
    public static void Write(ReadOnlySpan<byte> record, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteStartArray("logRecords"u8);
        json.WriteStartObject();
        while (!record.IsEmpty)
        {
            var field = ProtoField.Read(ref record);
            if (field is { Number: BodyField, Wire: 2 })
            {
                json.WritePropertyName("body"u8);
                WriteValue(json, field.Bytes, depth: 0);
            }
        }

        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    // AnyValue: of its members the last counts. One that is nested too deep is null.
    private static void WriteValue(Utf8JsonWriter json, ReadOnlySpan<byte> value, int depth)
    {
        var last = default(ProtoField);
        while (!value.IsEmpty)
        {
            last = ProtoField.Read(ref value);
        }

        json.WriteStartObject();
        switch (last)
        {
            case { Number: 1, Wire: 2 }:
                json.WriteString("stringValue"u8, Encoding.UTF8.GetString(last.Bytes));
                break;
            case { Number: 2, Wire: 0 }:
                json.WriteBoolean("boolValue"u8, last.Varint != 0);
                break;
            case { Number: 3, Wire: 0 }:
                json.WriteNumber("intValue"u8, (long)last.Varint);
                break;
            case { Number: 4, Wire: 1 } when BinaryPrimitives.ReadDoubleLittleEndian(last.Bytes) is var number && double.IsFinite(number):
                json.WriteNumber("doubleValue"u8, number);
                break;
            case { Number: 5, Wire: 2 } when depth < MostDepth:
                json.WriteStartObject("arrayValue"u8);
                WriteValues(json, last.Bytes, isMap: false, depth);
                json.WriteEndObject();
                break;
            case { Number: 6, Wire: 2 } when depth < MostDepth:
                json.WriteStartObject("kvlistValue"u8);
                WriteValues(json, last.Bytes, isMap: true, depth);
                json.WriteEndObject();
                break;
            case { Number: 7, Wire: 2 }:
                json.WriteBase64String("bytesValue"u8, last.Bytes);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter json, ReadOnlySpan<byte> list, bool isMap, int depth)
    {
        json.WriteStartArray("values"u8);
        while (!list.IsEmpty)
        {
            var item = ProtoField.Read(ref list);
            if (item is not { Number: 1, Wire: 2 })
            {
                continue;
            }

            if (isMap)
            {
                WriteKeyValue(json, item.Bytes, depth);
            }
            else
            {
                WriteValue(json, item.Bytes, depth + 1);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteKeyValue(Utf8JsonWriter json, ReadOnlySpan<byte> pair, int depth)
    {
        ReadOnlySpan<byte> key = default;
        ReadOnlySpan<byte> value = default;
        while (!pair.IsEmpty)
        {
            var field = ProtoField.Read(ref pair);
            key = field is { Number: 1, Wire: 2 } ? field.Bytes : key;
            value = field is { Number: 2, Wire: 2 } ? field.Bytes : value;
        }

        json.WriteStartObject();
        json.WriteString("key"u8, Encoding.UTF8.GetString(key));
        json.WritePropertyName("value"u8);
        WriteValue(json, value, depth + 1);
        json.WriteEndObject();
    }
}
