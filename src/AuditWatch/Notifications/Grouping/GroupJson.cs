using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuditWatch.Notifications.Grouping;

/// <summary>How groups stand in the state.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(GroupRecord))]
internal sealed partial class GroupJson : JsonSerializerContext
{
    public static byte[] Write(GroupRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, Default.GroupRecord);

    public static GroupRecord Read(ReadOnlyMemory<byte> json) => JsonSerializer.Deserialize(json.Span, Default.GroupRecord)!;
}
