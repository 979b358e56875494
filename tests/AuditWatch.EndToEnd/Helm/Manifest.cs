using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace AuditWatch.EndToEnd.Helm;

/// <summary>One object that the chart makes.</summary>
/// <param name="Text">As it was rendered.</param>
/// <param name="Json">The same for programs.</param>
internal sealed record Manifest(string Text, JsonObject Json)
{
    private static readonly IDeserializer Yaml = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    public string Kind => (string)Json["kind"]!;

    public string Name => (string)Json["metadata"]!["name"]!;

    /// <summary>What a pod is made from; null if the object makes none.</summary>
    public JsonObject? PodSpec => (Kind == "Pod" ? Json["spec"] : Json["spec"]?["template"]?["spec"]) as JsonObject;

    /// <summary>The objects in what Helm prints, by kind and name.</summary>
    public static IReadOnlyList<Manifest> Parse(string rendered) =>
    [
        .. $"\n{rendered}".Split("\n---\n", StringSplitOptions.RemoveEmptyEntries)
            .Where(text => text.Trim().Length > 0)
            .Select(text => new Manifest(text, (JsonObject)ToJson(Yaml.Deserialize<object>(text))!))
            .OrderBy(manifest => (manifest.Kind, manifest.Name)),
    ];

    /// <summary>Any YAML as JSON.</summary>
    public static JsonNode? ToJson(object? value) => value switch
    {
        Dictionary<object, object> map => new JsonObject(map.Select(pair => KeyValuePair.Create((string)pair.Key, ToJson(pair.Value)))),
        List<object> list => new JsonArray([.. list.Select(ToJson)]),
        null => null,
        _ => JsonSerializer.SerializeToNode(value),
    };

    /// <summary>Any YAML as JSON.</summary>
    public static JsonNode? ParseValue(string yaml) => ToJson(Yaml.Deserialize<object>(yaml));
}
