using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Changes;

/// <summary>The texts of a parsed body. Where they are no valid UTF-8, which the parser lets pass and then throws on, they have U+FFFD.</summary>
internal static class JsonText
{
    public static string NameOf(JsonProperty member)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(member);
        return name.Contains((byte)'\\') ? new JsonValue(JsonKind.String, name, escaped: true).ToString() : Encoding.UTF8.GetString(name);
    }

    /// <summary>A string without its quotes, anything else as it is written.</summary>
    public static string Of(JsonElement value) => JsonValue.FromJson(JsonMarshal.GetRawUtf8Value(value)).ToString();

    /// <summary>The string under a name, the last of several; empty if there is none.</summary>
    public static string Of(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Of(value) : "";

    public static bool IsSame(JsonElement one, JsonElement other) => JsonMarshal.GetRawUtf8Value(one).SequenceEqual(JsonMarshal.GetRawUtf8Value(other));
}
