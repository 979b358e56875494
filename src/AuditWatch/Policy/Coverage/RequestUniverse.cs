namespace AuditWatch.Policy.Coverage;

/// <summary>
/// The finite set of requests that a policy and detections can tell apart: in each dimension every value that either mentions, and one value that stands for
/// all others. Results for it are exact, because a policy compares names only as wholes. Immutable.
/// </summary>
/// <remarks>
/// Left out on purpose: resources of Kubernetes in groups that they are not in, verbs that a resource does not have, and principals in groups that only
/// other names are in. A detection that names <c>pods</c> means those of Kubernetes.
/// </remarks>
internal sealed class RequestUniverse
{
    private RequestUniverse(MentionedValues mentioned)
    {
        Verbs = [.. KnownApi.AllVerbs.Union(mentioned.Verbs)];
        Targets = [.. TargetValues.Of(mentioned)];
        Principals = [.. PrincipalValues.Of(mentioned)];
        Namespaces = [.. new[] { "", Unmentioned.Value }.Union(mentioned.Namespaces)];
        Names = [.. new[] { "", Unmentioned.Value }.Union(mentioned.Names)];
        Everything = new RequestShape(
            Whole(Verbs.Count), Whole(Targets.Count), Whole(Principals.Count), Whole(Namespaces.Count), Whole(Names.Count), Whole(2));
        Possible = [.. PossibleRequests.In(this)];
        TargetsByGroup = TargetsBy(target => target.Group);
        TargetsByResource = TargetsBy(target => target.Resource);
        TargetsBySubresource = TargetsBy(target => target.Subresource);
    }

    public IReadOnlyList<string> Verbs { get; }

    public IReadOnlyList<Target> Targets { get; }

    /// <summary>The API groups of the targets, each with the indexes of those in it: many have the same.</summary>
    public IReadOnlyDictionary<string, BitSet> TargetsByGroup { get; }

    /// <summary>The resources of the targets, each with the indexes of those that are of it.</summary>
    public IReadOnlyDictionary<string, BitSet> TargetsByResource { get; }

    /// <summary>The subresources of the targets, each with the indexes of those that are of it.</summary>
    public IReadOnlyDictionary<string, BitSet> TargetsBySubresource { get; }

    public IReadOnlyList<Principal> Principals { get; }

    public IReadOnlyList<string> Namespaces { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Every combination of values, impossible ones included.</summary>
    public RequestShape Everything { get; }

    /// <summary>The combinations that requests can have: see <see cref="PossibleRequests"/>.</summary>
    public IReadOnlyList<RequestShape> Possible { get; }

    /// <summary>The universe of a policy and of the conditions of detections.</summary>
    /// <param name="policy">The policy; null for none.</param>
    /// <param name="conditions">The conditions.</param>
    public static RequestUniverse Of(AuditPolicy? policy, IEnumerable<Detection.Sigma.Expression> conditions)
    {
        var mentioned = new MentionedValues();
        if (policy is not null)
        {
            mentioned.Add(policy);
        }

        foreach (var condition in conditions)
        {
            mentioned.Add(condition);
        }

        return new RequestUniverse(mentioned);
    }

    /// <summary>The requests whose value in one dimension, given by its index, is as asked.</summary>
    public RequestShape Where(Dimension dimension, Func<int, bool> isIn) =>
        Everything.With(dimension, BitSet.Where(Everything[dimension].Size, isIn));

    /// <summary>The requests with one value in one dimension, given by its index.</summary>
    public RequestShape At(Dimension dimension, int index) => Everything.With(dimension, BitSet.Of(Everything[dimension].Size, index));

    public RequestShape WhereVerb(Func<string, bool> isIn) => Where(Dimension.Verb, i => isIn(Verbs[i]));

    public RequestShape WhereTarget(Func<Target, bool> isIn) => Where(Dimension.Target, i => isIn(Targets[i]));

    public RequestShape WherePrincipal(Func<Principal, bool> isIn) => Where(Dimension.Principal, i => isIn(Principals[i]));

    public RequestShape WhereNamespace(Func<string, bool> isIn) => Where(Dimension.Namespace, i => isIn(Namespaces[i]));

    public RequestShape WhereName(Func<string, bool> isIn) => Where(Dimension.Name, i => isIn(Names[i]));

    /// <summary>The requests that impersonate another user, or those that do not.</summary>
    public RequestShape WhereImpersonated(bool impersonated) => Where(Dimension.Impersonation, i => i == 1 == impersonated);

    private Dictionary<string, BitSet> TargetsBy(Func<Target, string> value) => Enumerable.Range(0, Targets.Count).GroupBy(i => value(Targets[i]), StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => BitSet.Of(Targets.Count, [.. group]), StringComparer.Ordinal);

    private static BitSet Whole(int size) => BitSet.Where(size, _ => true);
}

/// <summary>
/// The value that stands for all that neither the policy nor a detection mentions: what holds for it holds for each of them. A prefix before it narrows it
/// to the values that begin so. It is a NUL character, which no name has.
/// </summary>
internal static class Unmentioned
{
    public const string Value = "\0";

    public static bool Is(string value) => value.EndsWith(Value, StringComparison.Ordinal);

    /// <summary>The known part of the value: all of it, or the prefix of an unmentioned one.</summary>
    public static string Known(string value) => value.TrimEnd('\0');
}
