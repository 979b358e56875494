namespace AuditWatch.Policy.Linting;

/// <summary>Warns of rules that record a resource while no rule records the subresources that attacks use: <c>pods</c> does not cover <c>pods/exec</c>.</summary>
internal static class MissingSubresources
{
    private static readonly (string Group, string Resource, string[] Below)[] Telling =
    [
        ("", "pods", ["exec", "attach", "portforward", "proxy", "ephemeralcontainers"]),
        ("", "services", ["proxy"]),
        ("", "nodes", ["proxy"]),
        ("", "serviceaccounts", ["token"]),
        ("certificates.k8s.io", "certificatesigningrequests", ["approval"]),
        ("apps", "deployments", ["scale"]),
        ("apps", "statefulsets", ["scale"]),
    ];

    public static void Check(AuditPolicy policy, Diagnostics diagnostics)
    {
        foreach (var rule in policy.Rules.Where(rule => rule.Level > AuditLevel.None))
        {
            foreach (var entry in rule.Resources)
            {
                foreach (var (group, resource, below) in Telling.Where(one => one.Group == entry.Group && entry.Resources.Contains(one.Resource)))
                {
                    var missing = below.Where(subresource => !IsRecorded(policy, group, resource, subresource)).Select(subresource => $"{resource}/{subresource}").ToList();
                    if (missing.Count > 0)
                    {
                        diagnostics.Warning(entry.Location, $"'{resource}' is not {string.Join(", ", missing)}, and no rule records {(missing.Count == 1 ? "that" : "those")}; "
                            + $"name what is meant, or write '{resource}/*' for {resource} and all that is below");
                    }
                }
            }
        }
    }

    // For an object, a namespace and a user that no rule names.
    private static bool IsRecorded(AuditPolicy policy, string group, string resource, string subresource) => policy.Decide(new PolicyRequest
    {
        Verb = subresource is "ephemeralcontainers" or "scale" or "approval" ? "patch" : "create",
        User = "\0",
        Groups = UserGroups.Of("\0"),
        ApiGroup = group,
        Resource = resource,
        Subresource = subresource,
        Namespace = KnownApi.Find(group, resource)!.IsNamespaced ? "\0" : "",
        Name = "\0",
    }).Level > AuditLevel.None;
}
