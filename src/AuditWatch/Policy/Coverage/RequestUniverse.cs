namespace AuditWatch.Policy.Coverage;

/// <summary>
/// All requests there are, as far as a policy and detections tell them apart: every value that either mentions, and one more for all others. That makes
/// finite sets of what is endless, and working with them exact: a policy compares names as wholes only.
/// </summary>
/// <remarks>
/// What is left out on purpose: resources in groups that Kubernetes does not have them in, verbs that a resource does not have, and principals
/// in groups that only other names get. A detection that names <c>pods</c> means those of Kubernetes.
/// </remarks>
internal sealed class RequestUniverse
{
    private RequestUniverse(MentionedValues mentioned)
    {
        Verbs = [.. UniverseVerbs.All.Union(mentioned.Verbs)];
        Targets = [.. UniverseTargets.Of(mentioned)];
        Principals = [.. UniversePrincipals.Of(mentioned)];
        Namespaces = [.. new[] { "", Unmentioned.Value }.Union(mentioned.Namespaces)];
        Names = [.. new[] { "", Unmentioned.Value }.Union(mentioned.Names)];
        Everything = new RequestShape(
            Whole(Verbs.Count), Whole(Targets.Count), Whole(Principals.Count), Whole(Namespaces.Count), Whole(Names.Count), Whole(2));
        Possible = [.. PossibleRequests.In(this)];
    }

    public IReadOnlyList<string> Verbs { get; }

    public IReadOnlyList<Target> Targets { get; }

    public IReadOnlyList<Principal> Principals { get; }

    public IReadOnlyList<string> Namespaces { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Every combination, impossible ones included.</summary>
    public RequestShape Everything { get; }

    /// <summary>The requests that the API server knows: no verbs that a resource has not, no namespaces for what has none.</summary>
    public IReadOnlyList<RequestShape> Possible { get; }

    /// <summary>The requests that <paramref name="policy"/> and detections tell apart.</summary>
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

    /// <summary>The requests whose side in one dimension is as asked, by number.</summary>
    public RequestShape Where(Dimension dimension, Func<int, bool> isIn) =>
        Everything.With(dimension, BitSet.Where(Everything[dimension].Size, isIn));

    public RequestShape WhereVerb(Func<string, bool> isIn) => Where(Dimension.Verb, i => isIn(Verbs[i]));

    public RequestShape WhereTarget(Func<Target, bool> isIn) => Where(Dimension.Target, i => isIn(Targets[i]));

    public RequestShape WherePrincipal(Func<Principal, bool> isIn) => Where(Dimension.Principal, i => isIn(Principals[i]));

    public RequestShape WhereNamespace(Func<string, bool> isIn) => Where(Dimension.Namespace, i => isIn(Namespaces[i]));

    public RequestShape WhereName(Func<string, bool> isIn) => Where(Dimension.Name, i => isIn(Names[i]));

    /// <summary>The requests in which somebody acts as another, or nobody does.</summary>
    public RequestShape WhereImpersonated(bool impersonated) => Where(Dimension.Impersonation, i => i == 1 == impersonated);

    private static BitSet Whole(int size) => BitSet.Where(size, _ => true);
}
