using System.Text;
using System.Text.Json;

namespace AuditWatch.Tests.Sources.Webhook;

/// <summary>Encodes what collectors send in OpenTelemetry's binary form, field by field as opentelemetry-proto 1.x numbers them.</summary>
internal static class OtlpMessage
{
    /// <summary>An ExportLogsServiceRequest, with the members beside the bodies that collectors send.</summary>
    public static byte[] Of(params byte[][] bodies) =>
        Bytes(1, [
            .. Bytes(1, Bytes(1, KeyValue("service.name", Text("kube-apiserver")))),
            .. Bytes(2, [.. Bytes(1, Bytes(1, "collector"u8.ToArray())), .. bodies.SelectMany(body => Bytes(2, Record(body)))]),
            .. Bytes(3, "https://opentelemetry.io/schemas/1.26.0"u8.ToArray())]);

    /// <summary>A string as an AnyValue.</summary>
    public static byte[] Text(string text) => Bytes(1, Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes as an AnyValue.</summary>
    public static byte[] Blob(byte[] bytes) => Bytes(7, bytes);

    /// <summary>JSON as an AnyValue, as a collector has it that has parsed it.</summary>
    public static byte[] Parsed(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Bytes(6, [.. value.EnumerateObject().SelectMany(member => Bytes(1, KeyValue(member.Name, Parsed(member.Value))))]),
        JsonValueKind.Array => Bytes(5, [.. value.EnumerateArray().SelectMany(item => Bytes(1, Parsed(item)))]),
        JsonValueKind.String => Text(value.GetString()!),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? [.. Varint(3 << 3), .. Varint((ulong)whole)] : [.. Varint((4 << 3) | 1), .. BitConverter.GetBytes(value.GetDouble())],
        JsonValueKind.True or JsonValueKind.False => [.. Varint(2 << 3), (byte)(value.GetBoolean() ? 1 : 0)],
        _ => [],
    };

    /// <summary>A field with a length.</summary>
    public static byte[] Bytes(int field, byte[] value) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)value.Length), .. value];

    private static byte[] Record(byte[] body) =>
        [.. Varint((1 << 3) | 1), .. BitConverter.GetBytes(1_795_168_801_511_000_000UL), .. Varint(2 << 3), 9, .. Bytes(3, "Info"u8.ToArray()), .. Bytes(5, body), .. Bytes(6, KeyValue("log.file.name", Text("audit.log"))), .. Varint((8 << 3) | 5), 0, 0, 0, 0];

    private static byte[] KeyValue(string key, byte[] value) => [.. Bytes(1, Encoding.UTF8.GetBytes(key)), .. Bytes(2, value)];

    private static IEnumerable<byte> Varint(ulong number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            yield return (byte)(number | 0x80);
        }

        yield return (byte)number;
    }
}
