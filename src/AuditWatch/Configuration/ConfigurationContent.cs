using AuditWatch.Detection;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>What stands in a configuration file, and which files its receivers name: enough to tell whether it has changed, and where. Immutable.</summary>
/// <param name="Sections">The sections as JSON, by their keys; none if the file is not YAML.</param>
/// <param name="Files">The file itself, and those of secrets, certificates and templates that its receivers name.</param>
internal sealed record ConfigurationContent(IReadOnlyDictionary<string, string> Sections, IReadOnlyList<string> Files)
{
    // What says who is told of which alerts.
    private static readonly string[] Routing = ["externalUrl", "inhibit", "receivers", "route", "silences", "timeIntervals", "timeZone"];

    /// <summary>Reads a file.</summary>
    public static ConfigurationContent Read(string file)
    {
        var pairs = YamlFile.Load(file, new Diagnostics()).Take(1).SelectMany(document => document.Pairs).DistinctBy(pair => pair.Key.Text).ToList();
        return new ConfigurationContent(
            pairs.ToDictionary(pair => pair.Key.Text, pair => YamlJson.Convert(pair.Value)?.ToJsonString() ?? "null", StringComparer.Ordinal),
            [file, .. pairs.Where(pair => pair.Key.Text == "receivers").SelectMany(pair => FilesIn(pair.Value)).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>A hash (SHA-256, hexadecimal) of what is in the files now.</summary>
    public string Hash() => DetectionFiles.ContentHash(Files);

    /// <summary>The keys, in their order, of the sections that are not about who is told and differ from those of another content.</summary>
    public IEnumerable<string> OtherChanges(ConfigurationContent before) =>
        Sections.Keys.Union(before.Sections.Keys).Except(Routing).Where(key => Sections.GetValueOrDefault(key) != before.Sections.GetValueOrDefault(key)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> FilesIn(YamlValue value) => value.IsList ? value.Elements.SelectMany(FilesIn)
        : value.Pairs.SelectMany(pair => pair.Key.Text.EndsWith("File", StringComparison.Ordinal) && pair.Value is { IsScalar: true, IsNull: false }
            ? [pair.Value.Location.Resolve(pair.Value.Text)]
            : FilesIn(pair.Value));
}
