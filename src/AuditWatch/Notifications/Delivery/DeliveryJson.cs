using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuditWatch.Notifications.Delivery;

/// <summary>How outbox entries and dead letters stand in the state.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OutboxEntry))]
[JsonSerializable(typeof(DeadLetter))]
internal sealed partial class DeliveryJson : JsonSerializerContext
{
    public static byte[] Write(OutboxEntry entry) => JsonSerializer.SerializeToUtf8Bytes(entry, Default.OutboxEntry);

    public static byte[] Write(DeadLetter letter) => JsonSerializer.SerializeToUtf8Bytes(letter, Default.DeadLetter);

    public static OutboxEntry ReadEntry(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.OutboxEntry)!;

    public static DeadLetter ReadDeadLetter(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.DeadLetter)!;
}
