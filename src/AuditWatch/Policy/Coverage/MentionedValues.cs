using AuditWatch.Detection.Sigma;
using static AuditWatch.Detection.Sigma.SigmaString;

namespace AuditWatch.Policy.Coverage;

/// <summary>The values that a policy and detections mention, by what they are values of.</summary>
internal sealed class MentionedValues
{
    public SortedSet<string> Verbs { get; } = new(StringComparer.Ordinal);

    public HashSet<Target> Targets { get; } = [];

    public SortedSet<string> Groups { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Resources { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Subresources { get; } = new(StringComparer.Ordinal);

    /// <summary>Those subresources that a rule of the policy names without a resource, with the group that it is for: <c>*/scale</c>.</summary>
    public HashSet<(string Group, string Subresource)> OfAnyResource { get; } = [];

    public SortedSet<string> Paths { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>Those users whom one rule of the policy names together with groups.</summary>
    public HashSet<string> UsersWithGroups { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> UserGroups { get; } = new(StringComparer.Ordinal);

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
            UserGroups.UnionWith(rule.UserGroups);
            Namespaces.UnionWith(rule.Namespaces);
            Paths.UnionWith(rule.NonResourceUrls.Where(url => url != "*"));
            foreach (var entry in rule.Resources)
            {
                Add(entry);
            }
        }

        ServiceAccountNamespaces.UnionWith(UserGroups
            .Where(group => group.StartsWith(ImpliedGroups.ServiceAccounts + ":", StringComparison.Ordinal))
            .Select(group => group[(ImpliedGroups.ServiceAccounts.Length + 1)..]));
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
        Groups.Add(entry.Group);
        Names.UnionWith(entry.Names);
        foreach (var pattern in entry.Resources)
        {
            var slash = pattern.IndexOf('/', StringComparison.Ordinal);
            var (resource, subresource) = slash < 0 ? (pattern, "") : (pattern[..slash], pattern[(slash + 1)..]);
            if (resource.Length == 0)
            {
                continue;
            }

            // A resource that Kubernetes does not have in a group of its own is a mistake, and there are no requests for it.
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

    // actor.kind and the like mention no value that a policy could have.
    private SortedSet<string>? SetOf(string path) => path switch
    {
        "verb" => Verbs,
        "objectRef.apiGroup" => Groups,
        "objectRef.resource" => Resources,
        "objectRef.subresource" => Subresources,
        "objectRef.namespace" => Namespaces,
        "objectRef.name" => Names,
        "user.username" or "actor" => Users,
        "user.groups" => UserGroups,
        "serviceAccount.namespace" => ServiceAccountNamespaces,
        _ => null,
    };
}
