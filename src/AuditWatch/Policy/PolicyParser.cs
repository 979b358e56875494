using System.Text.RegularExpressions;
using AuditWatch.Yaml;

namespace AuditWatch.Policy;

/// <summary>
/// Parses audit policies, and reports every mistake with its file, line and column. What the API server ignores, above all a misspelt key, is an error, but
/// the policy is returned as the API server understands it. What the API server refuses to start with is an error, and no policy is returned.
/// Source: k8s.io/apiserver, pkg/audit/policy/reader.go and pkg/apis/audit/validation/validation.go.
/// </summary>
internal static partial class PolicyParser
{
    private const string Ignored = ": the API server ignores it";

    /// <summary>Parses the policy in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="diagnostics">Where mistakes are reported.</param>
    /// <returns>The policy as the API server understands it; null if the API server refuses the file.</returns>
    public static AuditPolicy? Load(string path, Diagnostics diagnostics) => Parse(YamlFile.Load(path, diagnostics), path, diagnostics);

    /// <summary>Parses the policy in a text; <paramref name="path"/> is the file that locations name.</summary>
    public static AuditPolicy? Parse(string path, string text, Diagnostics diagnostics) => Parse(YamlFile.Parse(path, text, diagnostics), path, diagnostics);

    private static AuditPolicy? Parse(IReadOnlyList<YamlValue> documents, string path, Diagnostics diagnostics)
    {
        if (documents.Count == 0)
        {
            Refuse(new SourceLocation(path, 1, 1), "there is no policy in it", diagnostics, alone: true);
            return null;
        }

        if (documents.Count > 1)
        {
            diagnostics.Error(documents[1].Location, "a second document" + Ignored);
        }

        var before = diagnostics.ErrorCount;
        var map = new YamlMap(documents[0], diagnostics);
        Expect(map, "kind", ["Policy"], diagnostics);
        Expect(map, "apiVersion", ["audit.k8s.io/v1", "audit.k8s.io/v1beta1"], diagnostics);
        if (map.String("apiVersion") == "audit.k8s.io/v1beta1")
        {
            diagnostics.Warning(map.LocationOf("apiVersion"), "audit.k8s.io/v1beta1 is gone since Kubernetes 1.24; write audit.k8s.io/v1");
        }

        map.Ignore("metadata");
        var omitStages = Stages(map, diagnostics);
        var omitManagedFields = map.Boolean("omitManagedFields", otherwise: false);
        var rules = Items(map, "rules", diagnostics).Select(rule => Rule(rule, diagnostics)).ToList();
        if (rules.Count == 0)
        {
            Refuse(map.LocationOf("rules"), "there are no rules", diagnostics);
        }

        var refused = diagnostics.ErrorCount > before;
        RejectUnknown(documents[0], map, diagnostics);
        return refused ? null : new AuditPolicy(rules, omitStages, map.LocationOf("omitStages"), omitManagedFields);
    }

    // Unknown keys come last: the errors before them are those for which the API server refuses the file.
    private static void RejectUnknown(YamlValue document, YamlMap policy, Diagnostics diagnostics)
    {
        policy.RejectUnknown(consequence: Ignored);
        foreach (var rule in document.Pairs.Where(pair => pair.Key.Text == "rules").SelectMany(pair => pair.Value.Elements).Where(rule => rule.IsMap))
        {
            var map = new YamlMap(rule, diagnostics);
            map.Ignore("level", "users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs", "omitStages", "omitManagedFields");
            map.RejectUnknown(consequence: $"{Ignored}, and the rule is for more than it says");
            foreach (var entry in map.TryGet("resources", out var resources) ? resources.Elements.Where(entry => entry.IsMap) : [])
            {
                var inner = new YamlMap(entry, diagnostics);
                inner.Ignore("group", "resources", "resourceNames");
                inner.RejectUnknown(consequence: entry.Pairs.Any(pair => pair.Key.Text == "group") ? Ignored : $"{Ignored}, and without a 'group' the core group is meant");
            }
        }
    }

    private static PolicyRule Rule(YamlValue value, Diagnostics diagnostics)
    {
        var map = new YamlMap(value, diagnostics);
        var rule = new PolicyRule
        {
            Level = Level(map, diagnostics),
            Users = Texts(map, "users", diagnostics),
            UserGroups = Texts(map, "userGroups", diagnostics),
            Verbs = Texts(map, "verbs", diagnostics),
            Resources = [.. Items(map, "resources", diagnostics).Select(entry => Resources(entry, diagnostics))],
            Namespaces = Texts(map, "namespaces", diagnostics),
            NonResourceUrls = Texts(map, "nonResourceURLs", diagnostics),
            OmitStages = Stages(map, diagnostics),
            OmitManagedFields = map.TryGet("omitManagedFields", out _) ? map.Boolean("omitManagedFields", otherwise: false) : null,
            Location = value.Location,
        };
        CheckPaths(rule, map, diagnostics);
        return rule;
    }

    private static AuditLevel Level(YamlMap map, Diagnostics diagnostics)
    {
        var word = map.RequiredString("level");
        var known = Enum.GetNames<AuditLevel>();
        if (word.Length > 0 && !known.Contains(word))
        {
            Refuse(map.LocationOf("level"), $"unknown level '{word}'{Suggestion.For(word, known)}", diagnostics);
        }

        return known.Contains(word) ? Enum.Parse<AuditLevel>(word) : AuditLevel.None;
    }

    private static GroupResources Resources(YamlValue value, Diagnostics diagnostics)
    {
        var map = new YamlMap(value, diagnostics);
        var group = map.String("group") ?? "";
        if (group.Length > 0 && !GroupPattern().IsMatch(group))
        {
            var version = group.IndexOf('/', StringComparison.Ordinal);
            Refuse(map.LocationOf("group"), $"'{group}' is no API group{(version > 0 ? $"; without the version it is '{group[..version]}'" : "")}", diagnostics);
        }

        var resources = Texts(map, "resources", diagnostics);
        var names = Texts(map, "resourceNames", diagnostics);
        if (names.Count > 0 && resources.Count == 0)
        {
            Refuse(map.LocationOf("resourceNames"), "'resourceNames' needs 'resources' beside it", diagnostics);
        }

        return new GroupResources(group, resources, names, map.Location);
    }

    private static void CheckPaths(PolicyRule rule, YamlMap map, Diagnostics diagnostics)
    {
        if (rule.NonResourceUrls.Count > 0 && rule.IsForResources)
        {
            Refuse(map.LocationOf("nonResourceURLs"), "a rule is for resources or for nonResourceURLs, not for both; make two of it", diagnostics);
        }

        foreach (var url in rule.NonResourceUrls.Where(url => url != "*" && (!url.StartsWith('/') || url[..^1].Contains('*'))))
        {
            Refuse(map.LocationOf("nonResourceURLs"), $"'{url}' is no path: it begins with '/', and '*' stands at its end only", diagnostics);
        }
    }

    private static AuditStages Stages(YamlMap map, Diagnostics diagnostics)
    {
        var stages = AuditStages.None;
        var known = Enum.GetValues<AuditStages>().Where(stage => stage is not (AuditStages.None or AuditStages.All)).Select(stage => stage.ToString()).ToList();
        foreach (var word in Texts(map, "omitStages", diagnostics))
        {
            if (known.Contains(word))
            {
                stages |= Enum.Parse<AuditStages>(word);
            }
            else
            {
                Refuse(map.LocationOf("omitStages"), $"unknown stage '{word}'{Suggestion.For(word, known)}", diagnostics);
            }
        }

        return stages;
    }

    private static void Expect(YamlMap map, string key, string[] known, Diagnostics diagnostics)
    {
        var word = map.RequiredString(key);
        if (word.Length > 0 && !known.Contains(word))
        {
            Refuse(map.LocationOf(key), $"'{word}' should be '{known[0]}'", diagnostics);
        }
    }

    private static IReadOnlyList<string> Texts(YamlMap map, string key, Diagnostics diagnostics) =>
        Items(map, key, diagnostics).Count == 0 ? [] : map.Strings(key);

    private static List<YamlValue> Items(YamlMap map, string key, Diagnostics diagnostics)
    {
        if (!map.TryGet(key, out var value))
        {
            return [];
        }

        if (!value.IsList)
        {
            Refuse(value.Location, $"'{key}' must be a list", diagnostics);
            return [];
        }

        return [.. value.Elements];
    }

    private static void Refuse(SourceLocation location, string problem, Diagnostics diagnostics, bool alone = false)
    {
        if (!alone || !diagnostics.HasErrors)
        {
            diagnostics.Error(location, problem + ": the API server does not start with it");
        }
    }

    // A DNS subdomain (RFC 1123).
    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", RegexOptions.CultureInvariant)]
    private static partial Regex GroupPattern();
}
