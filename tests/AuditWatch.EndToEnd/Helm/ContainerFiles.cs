using System.Text;
using System.Text.Json.Nodes;

namespace AuditWatch.EndToEnd.Helm;

/// <summary>The files that a pod's container finds in its volumes, in a folder that stands for its root.</summary>
internal sealed class ContainerFiles : IDisposable
{
    private static readonly string[] Moved = ["/etc/auditwatch", "/var/lib/auditwatch"];

    private readonly TemporaryFolder _root = new();
    private readonly IReadOnlyList<Manifest> _manifests;
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> _existing;

    /// <summary>Lays the files out.</summary>
    /// <param name="manifests">What the chart makes.</param>
    /// <param name="existing">Secrets and ConfigMaps that it does not make, by name.</param>
    public ContainerFiles(IReadOnlyList<Manifest> manifests, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> existing)
    {
        (_manifests, _existing) = (manifests, existing);
        var pod = manifests.Single(manifest => manifest.PodSpec is not null && manifest.Kind != "Pod").PodSpec!;
        var volumes = (pod["volumes"]?.AsArray() ?? []).ToDictionary(volume => (string)volume!["name"]!, volume => (JsonObject)volume!);
        foreach (var mount in pod["containers"]![0]!["volumeMounts"]!.AsArray())
        {
            var (path, part) = ((string)mount!["mountPath"]!, (string?)mount["subPath"]);
            foreach (var (name, text) in volumes.TryGetValue((string)mount["name"]!, out var volume) ? Contents(volume) : [])
            {
                if (part is null || part == name)
                {
                    _root.Write(this[part is null ? $"{path}/{name}" : path], WithPathsMoved(text));
                }
            }
        }

        Directory.CreateDirectory(this["/var/lib/auditwatch"]);
    }

    /// <summary>Where a file of the container is.</summary>
    public string this[string path] => _root[path.TrimStart('/')];

    public void Dispose() => _root.Dispose();

    private string WithPathsMoved(string text) => Moved.Aggregate(text, (moved, path) => moved.Replace($" {path}", $" {this[path]}", StringComparison.Ordinal));

    private IEnumerable<KeyValuePair<string, string>> Contents(JsonNode volume) =>
        volume["configMap"] is { } map ? Pick(map, Find("ConfigMap", (string)map["name"]!))
        : volume["secret"] is { } secret ? Pick(secret, Find("Secret", (string)secret["secretName"]!))
        : volume["projected"] is { } all ? all["sources"]!.AsArray().SelectMany(source => Contents(source!))
        : [];

    private static IEnumerable<KeyValuePair<string, string>> Pick(JsonNode source, IReadOnlyDictionary<string, string> keys) =>
        source["items"] is { } items ? items.AsArray().Select(item => KeyValuePair.Create((string)item!["path"]!, keys[(string)item["key"]!])) : keys;

    private IReadOnlyDictionary<string, string> Find(string kind, string name)
    {
        if (_manifests.FirstOrDefault(manifest => manifest.Kind == kind && manifest.Name == name) is not { } made)
        {
            return _existing.GetValueOrDefault(name) ?? throw new InvalidOperationException($"there is no {kind} {name}");
        }

        return made.Json["data"]!.AsObject().ToDictionary(
            pair => pair.Key,
            pair => kind == "Secret" ? Encoding.UTF8.GetString(Convert.FromBase64String((string)pair.Value!)) : (string)pair.Value!);
    }
}
