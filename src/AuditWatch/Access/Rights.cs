namespace AuditWatch.Access;

/// <summary>What somebody may do, and where: roles everywhere, and roles in some clusters alone. Immutable; two are equal if they say the same.</summary>
internal sealed class Rights : IEquatable<Rights>
{
    private readonly Right[] _all;

    /// <param name="all">At least one.</param>
    public Rights(IEnumerable<Right> all) => _all = [.. all];

    /// <summary>The highest role that they have anywhere.</summary>
    public Role Highest => _all.Max(right => right.Role);

    /// <summary>A role in all clusters, and for what belongs to none.</summary>
    public static Rights Everywhere(Role role) => new([new Right(role, null)]);

    /// <summary>Whether they may do what a role may, in all clusters and with what belongs to none.</summary>
    public bool HaveEverywhere(Role role) => Array.Exists(_all, right => right.Role >= role && right.Clusters is null);

    /// <summary>Whether they may do what a role may in a cluster; in the one without a name, where nobody said which it is, only if they may everywhere.</summary>
    public bool HaveIn(Role role, string cluster) => ClustersOf(role) is not { } clusters || clusters.Contains(cluster);

    /// <summary>The clusters in which they may do what a role may; null for all.</summary>
    public IReadOnlySet<string>? ClustersOf(Role role) =>
        HaveEverywhere(role) ? null : _all.Where(right => right.Role >= role).SelectMany(right => right.Clusters!).ToHashSet(StringComparer.Ordinal);

    public bool Equals(Rights? other) => other is not null && ToString() == other.ToString();

    public override bool Equals(object? obj) => Equals(obj as Rights);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>For people: <c>viewer, responder in payments-eu and payments-us</c>.</summary>
    public override string ToString() => string.Join(", ", _all.OrderBy(right => right.Role).ThenBy(right => right.ToString(), StringComparer.Ordinal));
}

/// <summary>A role, everywhere or in some clusters. Immutable.</summary>
/// <param name="Role">The role.</param>
/// <param name="Clusters">The clusters, each compared to the letter, none of them without a name; null for everywhere.</param>
internal sealed record Right(Role Role, IReadOnlyList<string>? Clusters)
{
    /// <summary>The most clusters that a right names.</summary>
    public const int MaxClusters = 100;

    /// <summary>For people: <c>responder in payments-eu and payments-us</c>.</summary>
    public override string ToString() => Clusters is null ? Role.Word() : $"{Role.Word()} in {string.Join(" and ", Clusters)}";
}
