using AuditWatch.Detection.Sigma;
using static AuditWatch.Detection.Sigma.SigmaString;

namespace AuditWatch.Policy.Coverage;

/// <summary>The values that a policy and the conditions of detections mention, by the attribute of requests that they are values of. Not thread-safe.</summary>
internal sealed class MentionedValues
{
    public SortedSet<string> Verbs { get; } = new(StringComparer.Ordinal);

    public HashSet<Target> Targets { get; } = [];

    public SortedSet<string> ApiGroups { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Resources { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Subresources { get; } = new(StringComparer.Ordinal);

    /// <summary>The subresources that a rule names for any resource, such as <c>*/scale</c>, each with the group that the rule names.</summary>
    public HashSet<(string Group, string Subresource)> OfAnyResource { get; } = [];

    public SortedSet<string> Paths { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>The users that some rule names together with groups.</summary>
    public HashSet<string> UsersWithGroups { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> GroupsOfUsers { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> ServiceAccountNamespaces { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Namespaces { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Names { get; } = new(StringComparer.Ordinal);

    public void Add(AuditPolicy policy)
    {
        foreach (var rule in policy.Rules)
        {
            Verbs.UnionWith(rule.Verbs);
            Users.UnionWith(rule.Users);
            UsersWithGroups.UnionWith(rule.UserGroups.Count > 0 ? rule.Users : []);
            GroupsOfUsers.UnionWith(rule.UserGroups);
            Namespaces.UnionWith(rule.Namespaces);
            Paths.UnionWith(rule.NonResourceUrls.Where(url => url != "*"));
            foreach (var entry in rule.Resources)
            {
                Add(entry);
            }
        }

        ServiceAccountNamespaces.UnionWith(GroupsOfUsers
            .Where(group => group.StartsWith(UserGroups.ServiceAccounts + ":", StringComparison.Ordinal))
            .Select(group => group[(UserGroups.ServiceAccounts.Length + 1)..]));
    }

    public void Add(Expression expression)
    {
        switch (expression)
        {
            case Expression.Selection selection:
                Add(selection.Body);
                break;
            case Expression.Not negation:
                Add(negation.Part);
                break;
            case Expression.And all:
                all.Parts.ToList().ForEach(Add);
                break;
            case Expression.Or any:
                any.Parts.ToList().ForEach(Add);
                break;
            case Expression.Field { Test: ValueTest.Text { Pattern.Parts: [{ Kind: PartKind.Literal } literal] } } field:
                SetOf(field.Path)?.Add(literal.Text);
                break;
        }
    }

    private void Add(GroupResources entry)
    {
        ApiGroups.Add(entry.Group);
        Names.UnionWith(entry.Names);
        foreach (var pattern in entry.Resources)
        {
            var slash = pattern.IndexOf('/', StringComparison.Ordinal);
            var (resource, subresource) = slash < 0 ? (pattern, "") : (pattern[..slash], pattern[(slash + 1)..]);
            if (resource.Length == 0)
            {
                continue;
            }

            // A resource of Kubernetes in the wrong group is a mistake of the policy: there are no requests for it.
            var isReal = !KnownApi.IsClosed(entry.Group) || KnownApi.Find(entry.Group, resource) is not null || !KnownApi.Named(resource).Any();
            if (resource == "*")
            {
                Subresources.UnionWith(subresource.Length > 0 ? [subresource] : []);
                OfAnyResource.UnionWith(subresource.Length > 0 ? [(entry.Group, subresource)] : []);
            }
            else if (isReal)
            {
                var known = KnownApi.Find(entry.Group, resource);
                Targets.Add(Target.Of(entry.Group, resource));
                Targets.UnionWith(subresource is "" or "*" || (known is not null && !known.Subresources.Contains(subresource)) ? [] : [Target.Of(entry.Group, resource, subresource)]);
            }
        }
    }

    // Values of other fields, such as actor.kind, cannot occur in a policy.
    private SortedSet<string>? SetOf(string path) => path switch
    {
        "verb" => Verbs,
        "objectRef.apiGroup" => ApiGroups,
        "objectRef.resource" => Resources,
        "objectRef.subresource" => Subresources,
        "objectRef.namespace" => Namespaces,
        "objectRef.name" => Names,
        "user.username" or "actor" => Users,
        "user.groups" => GroupsOfUsers,
        "serviceAccount.namespace" => ServiceAccountNamespaces,
        _ => null,
    };
}
