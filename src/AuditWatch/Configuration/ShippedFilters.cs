using AuditWatch.Detection;
using AuditWatch.Detection.Sigma;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>The filters that lie beside the executable and are switched on by name: <c>filter:cert-manager</c>.</summary>
internal static class ShippedFilters
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "filters");

    /// <summary>Their names, in order; none where nothing is shipped, as with a service that embeds the library.</summary>
    public static IReadOnlyList<string> Names =>
        Directory.Exists(Folder) ? [.. DetectionFiles.In(Folder, tests: false).Select(file => Path.GetFileNameWithoutExtension(file))] : [];

    /// <summary>Whether an entry names one, be there such a filter or not.</summary>
    public static bool IsNamedBy(string entry) => entry.StartsWith(ServiceConfiguration.ShippedFilter, StringComparison.Ordinal);

    /// <summary>The file of the filter that an entry names.</summary>
    public static string FileOf(string entry) => Path.Combine(Folder, NameIn(entry) + ".yml");

    /// <summary>What is wrong with an entry that names a filter which does not exist, with the nearest of those that do and all of them; null if there is one.</summary>
    public static string? Objection(string entry)
    {
        var (name, names) = (NameIn(entry), Names);
        return names.Contains(name) ? null
            : $"no filter '{name}' comes with auditwatch{Suggestion.For(name, names)}; there are {string.Join(", ", names.DefaultIfEmpty("none"))}";
    }

    /// <summary>The names or ids of the rules that a filter narrows.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static IReadOnlyList<string> RulesOf(string name)
    {
        var said = new Diagnostics();
        return [.. YamlFile.Load(Path.Combine(Folder, name + ".yml"), said).Select(document => SigmaFilter.Parse(document, Placeholders.None, said)).OfType<SigmaFilter>().SelectMany(filter => filter.Rules)];
    }

    private static string NameIn(string entry) => entry[ServiceConfiguration.ShippedFilter.Length..];
}
