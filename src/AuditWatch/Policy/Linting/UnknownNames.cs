using AuditWatch.Yaml;

namespace AuditWatch.Policy.Linting;

/// <summary>Warns of verbs, groups and resources that no request has.</summary>
internal static class UnknownNames
{
    private static readonly string[] Verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
    private static readonly string[] Methods = ["get", "head", "post", "put", "patch", "delete", "options"];

    public static void Check(AuditPolicy policy, Diagnostics diagnostics)
    {
        foreach (var rule in policy.Rules)
        {
            CheckVerbs(rule, diagnostics);
            foreach (var entry in rule.Resources)
            {
                CheckEntry(entry, diagnostics);
            }
        }
    }

    private static void CheckVerbs(PolicyRule rule, Diagnostics diagnostics)
    {
        var known = rule.IsForResources ? Verbs : rule.NonResourceUrls.Count > 0 ? Methods : [.. Verbs, .. Methods];
        foreach (var verb in rule.Verbs.Where(verb => !known.Contains(verb)))
        {
            var hint = verb == "*" ? "; leave 'verbs' out to mean all" : Suggestion.For(verb, known);
            diagnostics.Warning(rule.Location, $"no request has the verb '{verb}'{hint}");
        }
    }

    private static void CheckEntry(GroupResources entry, Diagnostics diagnostics)
    {
        if (entry.Group == "core")
        {
            diagnostics.Warning(entry.Location, "there is no group 'core': the core group is written \"\"");
            return;
        }

        foreach (var pattern in entry.Resources.Where(pattern => pattern != "*"))
        {
            var resource = RequestedResource.Parse(pattern);
            if (pattern.StartsWith("*/", StringComparison.Ordinal) || KnownApi.Find(entry.Group, resource.Resource) is { } known && IsBelow(known, resource.Subresource))
            {
                continue;
            }

            if (Problem(entry.Group, pattern, resource) is { } problem)
            {
                diagnostics.Warning(entry.Location, problem);
            }
        }
    }

    private static bool IsBelow(KnownResource known, string subresource) => subresource is "" or "*" || known.Subresources.Contains(subresource);

    private static string? Problem(string group, string pattern, RequestedResource resource)
    {
        var name = group.Length == 0 ? "the core group" : $"the group '{group}'";
        if (KnownApi.Find(group, resource.Resource) is { } known)
        {
            return $"'{pattern}' matches nothing: {resource.Resource} have no {resource.Subresource}{Suggestion.For(resource.Subresource, known.Subresources)}";
        }

        if (!KnownApi.IsClosed(group))
        {
            return null;
        }

        var groups = KnownApi.Named(resource.Resource).Select(other => $"'{other.Group}'").ToList();
        return groups.Count > 0
            ? $"'{pattern}' matches nothing: {resource.Resource} are not in {name}, but in {string.Join(" and ", groups)}"
            : $"'{pattern}' is not known in {name}{Suggestion.For(resource.Resource, KnownApi.Resources.Where(other => other.Group == group).Select(other => other.Name))}";
    }
}
