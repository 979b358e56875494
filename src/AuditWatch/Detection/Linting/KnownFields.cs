using AuditWatch.Yaml;

namespace AuditWatch.Detection.Linting;

/// <summary>
/// The fields of the objects of Kubernetes' own resources, from KnownFields.txt, which .ci/known-fields writes. A field that is not known is a mistake only where a known one has nearly the same
/// name: Kubernetes gets new ones with every release. Safe for any number of threads.
/// </summary>
internal static class KnownFields
{
    private static readonly Lazy<Tables> Loaded = new(Tables.Load);

    /// <summary>Whether it is a resource of Kubernetes: its name in the plural.</summary>
    public static bool IsResource(string name) => Loaded.Value.Resources.ContainsKey(name);

    /// <summary>The resource that a word may mean: the singular or the kind of one; null if there is none.</summary>
    public static string? ResourceMeant(string word) =>
        IsResource(word.ToLowerInvariant()) ? null : Loaded.Value.Resources.Keys.FirstOrDefault(plural => new[] { word + "s", word + "es", word.TrimEnd('y') + "ies" }.Contains(plural, StringComparer.OrdinalIgnoreCase));

    /// <summary>What is wrong with a path in the object of a resource, as <c>'contaners'; did you mean 'containers'?</c>; null if nothing is, as far as is known.</summary>
    /// <param name="resource">The resource, in the plural.</param>
    /// <param name="path">The path from the object: <c>spec.contaners.image</c>.</param>
    public static string? ProblemIn(string resource, string path) =>
        Loaded.Value.Resources.TryGetValue(resource.ToLowerInvariant(), out var types) ? Problem(types, path) : null;

    /// <summary>The same from a type on, such as <c>V1PodSpec</c>.</summary>
    public static string? ProblemInType(string type, string path) => Problem([type], path);

    /// <summary>The same where any resource is meant: what is wrong if none has the path and one has nearly it.</summary>
    /// <param name="path">The path from the object.</param>
    public static string? ProblemInEvery(string path)
    {
        IReadOnlyCollection<string> types = [.. Loaded.Value.Resources.Values.SelectMany(kinds => kinds).Distinct(StringComparer.Ordinal)];
        foreach (var name in path.Split('.'))
        {
            // That below one field of a rare kind anything can be does not excuse the mistake in all others.
            var fields = types.Where(Loaded.Value.Types.ContainsKey).Select(type => Loaded.Value.Types[type]).ToList();
            if (fields.Count == 0)
            {
                return null;
            }

            types = [.. fields.Where(known => known.ContainsKey(name)).Select(known => known[name]).Distinct(StringComparer.Ordinal)];
            if (types.Count == 0)
            {
                return Mistake(name, fields.SelectMany(known => known.Keys).Distinct(StringComparer.Ordinal));
            }
        }

        return null;
    }

    // Of several versions of a resource any will do.
    private static string? Problem(IReadOnlyList<string> types, string path)
    {
        string? first = null;
        foreach (var type in types)
        {
            if (Problem(type, path) is not { } problem)
            {
                return null;
            }

            first ??= problem;
        }

        return first;
    }

    private static string? Problem(string type, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (!Loaded.Value.Types.TryGetValue(type, out var fields))
            {
                return null;
            }

            if (!fields.TryGetValue(name, out var below))
            {
                return Mistake(name, fields.Keys);
            }

            type = below;
        }

        return null;
    }

    private static string? Mistake(string name, IEnumerable<string> known) =>
        Suggestion.For(name, known, atMost: name.Length >= 8 ? 2 : 1) is { Length: > 0 } meant ? $"'{name}'{meant}" : null;

    private sealed record Tables(IReadOnlyDictionary<string, string[]> Resources, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Types)
    {
        public static Tables Load()
        {
            using var reader = new StreamReader(typeof(KnownFields).Assembly.GetManifestResourceStream("KnownFields.txt")!);
            var resources = new Dictionary<string, string[]>(StringComparer.Ordinal);
            var types = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
            while (reader.ReadLine() is { } line)
            {
                var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                switch (words)
                {
                    case ["#", ..]:
                        break;
                    case ["=", var plural, .. var kinds]:
                        resources[plural] = kinds;
                        break;
                    case [var type, .. var fields]:
                        types[type] = fields.Select(field => field.Split(':')).ToDictionary(parts => parts[0], parts => parts.Length > 1 ? parts[1] : "", StringComparer.Ordinal);
                        break;
                }
            }

            return new Tables(resources, types);
        }
    }
}
