using System.Globalization;
using System.Text.Json.Nodes;

namespace AuditWatch.Yaml;

/// <summary>YAML as JSON: plain scalars get the type the YAML 1.2 core schema gives them.</summary>
internal static class YamlJson
{
    public static JsonNode? Convert(YamlValue value)
    {
        if (value.IsMap)
        {
            var map = new JsonObject();
            foreach (var (key, member) in value.Pairs)
            {
                map[key.Text] = Convert(member);
            }

            return map;
        }

        if (value.IsList)
        {
            return new JsonArray([.. value.Elements.Select(Convert)]);
        }

        return value switch
        {
            { IsNull: true } => null,
            { IsPlain: false } => JsonValue.Create(value.Text),
            { Text: "true" or "True" or "TRUE" } => JsonValue.Create(true),
            { Text: "false" or "False" or "FALSE" } => JsonValue.Create(false),
            _ when long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            _ when double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
            _ => JsonValue.Create(value.Text),
        };
    }

    /// <summary>A copy of <paramref name="under"/> with <paramref name="over"/> laid over it: maps merge, <c>null</c> takes a key away, all else replaces.</summary>
    public static JsonObject Merge(JsonObject under, JsonObject over)
    {
        var merged = (JsonObject)under.DeepClone();
        foreach (var (key, value) in over)
        {
            if (value is null)
            {
                merged.Remove(key);
            }
            else
            {
                merged[key] = value is JsonObject map ? Merge(merged[key] as JsonObject ?? [], map) : value.DeepClone();
            }
        }

        return merged;
    }
}
