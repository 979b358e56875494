using System.Net;

namespace AuditWatch.Access;

/// <summary>How people sign in to the page: a proxy in front of it knows them, and says so in headers, or an OpenID provider vouches for them. One of the two is there. Immutable.</summary>
/// <param name="Roles">What their groups may do.</param>
/// <param name="Address">Where people find the page.</param>
internal sealed record SignIn(GroupRoles Roles, Uri Address)
{
    /// <summary>The proxy; null if there is none.</summary>
    public TrustedProxy? Proxy { get; init; }

    /// <summary>The OpenID provider; null if there is none.</summary>
    public OpenIdProvider? Provider { get; init; }
}

/// <summary>A proxy whose word on who sends a request is taken. Immutable.</summary>
/// <param name="Addresses">The addresses that it connects from. What comes from any of them comes through it, and what it says of nobody is nobody's.</param>
/// <param name="UserHeader">The header that names the person. The proxy has to overwrite what a browser sends in it.</param>
/// <param name="GroupsHeader">The header that lists their groups, with commas between. The same holds for it.</param>
internal sealed record TrustedProxy(IReadOnlyList<IPNetwork> Addresses, string UserHeader, string GroupsHeader)
{
    /// <summary>The header that names the person, if nothing is configured.</summary>
    public const string DefaultUserHeader = "X-Forwarded-User";

    /// <summary>The header that lists their groups, if nothing is configured.</summary>
    public const string DefaultGroupsHeader = "X-Forwarded-Groups";

    /// <summary>Whether it connects from an address.</summary>
    public bool Has(IPAddress? address) =>
        address is not null && (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address) is var plain && Addresses.Any(network => network.Contains(plain));
}

/// <summary>Which groups have which role, and where. Immutable.</summary>
/// <param name="Groups">The groups that have each role everywhere; <see cref="Everybody"/> stands for everybody who has signed in.</param>
internal sealed record GroupRoles(IReadOnlyDictionary<Role, IReadOnlyList<string>> Groups)
{
    /// <summary>The group that everybody is in.</summary>
    public const string Everybody = "*";

    /// <summary>The groups that have roles in some clusters alone, likewise.</summary>
    public IReadOnlyList<(Right Right, IReadOnlyList<string> Groups)> InClusters { get; init; } = [];

    /// <summary>All groups that are named.</summary>
    public IEnumerable<string> Named => Groups.Values.Concat(InClusters.Select(one => one.Groups)).SelectMany(some => some);

    /// <summary>What groups may, each compared to the letter; null if they may nothing.</summary>
    public Rights? Of(IReadOnlyCollection<string> groups)
    {
        var rights = Groups.Select(one => (Right: new Right(one.Key, null), Groups: one.Value)).Concat(InClusters)
            .Where(one => one.Groups.Any(group => group == Everybody || groups.Contains(group, StringComparer.Ordinal))).Select(one => one.Right).ToList();
        return rights.Count > 0 ? new Rights(rights) : null;
    }
}
