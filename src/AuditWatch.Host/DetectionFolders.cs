using AuditWatch.Configuration;
using AuditWatch.Detection;

namespace AuditWatch.Host;

/// <summary>The folders that detections are read from. The word <c>builtin</c> stands for those that come with the executable, <c>filter:NAME</c> for a filter that comes with it.</summary>
internal static class DetectionFolders
{
    private const string Builtin = "builtin";

    /// <summary>The paths that were meant.</summary>
    /// <exception cref="UsageException">One of them does not exist.</exception>
    public static IReadOnlyList<string> Resolve(IReadOnlyList<string>? given)
    {
        var paths = given is null or { Count: 0 } ? [Builtin] : given;
        return [.. paths.Distinct(StringComparer.Ordinal).Select(Resolve)];
    }

    /// <summary>The detections in the paths that were meant, all of them usable.</summary>
    /// <exception cref="UsageException">A path does not exist.</exception>
    /// <exception cref="DetectionException">A detection is broken, or there is none.</exception>
    public static DetectionSet Load(string[]? given) => DetectionLoader.LoadUsable(Resolve(given));

    /// <summary>The detection of that name or id.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static DetectionRule Find(DetectionSet detections, string name) =>
        detections.Rules.FirstOrDefault(rule => rule.Name == name || rule.Id == name)
        ?? throw new UsageException($"there is no detection '{name}'{Yaml.Suggestion.For(name, detections.Rules.Select(rule => rule.Name))}");

    /// <summary>A folder without detections is the wrong folder.</summary>
    /// <exception cref="UsageException">There is none, and no error that would explain it.</exception>
    public static void RequireSome(IReadOnlyList<string> paths, DetectionSet detections, Diagnostics diagnostics)
    {
        if (detections.Rules.Count == 0 && !diagnostics.HasErrors)
        {
            throw new UsageException($"there are no detections in {string.Join(", ", paths)}");
        }
    }

    private static string Resolve(string path)
    {
        if (path == Builtin)
        {
            return Path.Combine(AppContext.BaseDirectory, "detections");
        }

        if (ShippedFilters.IsNamedBy(path))
        {
            return ShippedFilters.Objection(path) is { } objection ? throw new UsageException(objection) : ShippedFilters.FileOf(path);
        }

        return Path.Exists(path) ? path : throw new UsageException($"there is no file or folder of detections '{path}'");
    }
}
