using System.Net;
using AuditWatch.Access;
using AuditWatch.Yaml;

namespace AuditWatch.Configuration;

/// <summary>
/// Reads <c>page.proxy</c> (<c>addresses</c>, <c>userHeader</c>, <c>groupsHeader</c>) or <c>page.oidc</c> (<see cref="OidcSection"/>), and <c>page.roles</c> (<c>viewer</c>, <c>responder</c>, <c>admin</c>: the groups that have it, <c>*</c> for everybody
/// who has signed in; <c>perCluster</c>: a list of <c>clusters</c> with the groups that are <c>viewer</c> or <c>responder</c> there alone).
/// </summary>
internal static class SignInSection
{
    /// <summary>How people sign in; null if they do not.</summary>
    public static SignIn? Read(YamlMap page, Uri? externalUrl, Diagnostics diagnostics)
    {
        var roles = Roles(page.Map("roles"), diagnostics);
        var (proxy, oidc) = (page.Map("proxy"), page.Map("oidc"));
        var key = proxy is null ? "oidc" : "proxy";
        if (proxy is null && oidc is null)
        {
            if (roles.Named.Any())
            {
                diagnostics.Error(page.LocationOf("roles"), "'roles' are for people who have signed in: add 'proxy: {addresses: [ADDRESS]}' or 'oidc: {authority: URL, clientId: ID}', which says how they do");
            }

            return null;
        }

        var trusted = proxy is null ? null : Proxy(proxy, diagnostics);
        var provider = oidc is null ? null : OidcSection.Read(oidc, diagnostics);
        if (proxy is not null && oidc is not null)
        {
            diagnostics.Error(page.LocationOf("oidc"), "people sign in at the 'proxy' or with 'oidc': leave one of them out");
        }

        if (!roles.Named.Any())
        {
            diagnostics.Error(page.LocationOf(key), "nobody would have a role: add 'roles: {responder: [GROUP]}', or '*' for everybody who has signed in");
        }

        if (externalUrl is null)
        {
            diagnostics.Error(page.LocationOf(key), $"where people find the {(proxy is null ? "page" : "proxy")} is not known: add 'externalUrl: https://auditwatch.example.com/' to the file");
            return null;
        }

        if (oidc is not null && externalUrl.Scheme != Uri.UriSchemeHttps && !externalUrl.IsLoopback)
        {
            diagnostics.Error(page.LocationOf(key), $"people would sign in at '{externalUrl}' in clear text: give the page 'tls', or something in front of it, and 'externalUrl' https");
        }

        return new SignIn(roles, externalUrl) { Proxy = trusted, Provider = provider };
    }

    private static TrustedProxy Proxy(YamlMap proxy, Diagnostics diagnostics)
    {
        var addresses = Addresses(proxy, diagnostics);
        var (user, groups) = (Header(proxy, "userHeader", TrustedProxy.DefaultUserHeader, diagnostics), Header(proxy, "groupsHeader", TrustedProxy.DefaultGroupsHeader, diagnostics));
        proxy.RejectUnknown();
        if (string.Equals(user, groups, StringComparison.OrdinalIgnoreCase))
        {
            diagnostics.Error(proxy.LocationOf("groupsHeader"), $"'userHeader' and 'groupsHeader' are both '{user}': whoever chooses a name would choose groups");
        }

        return new TrustedProxy(addresses, user, groups);
    }

    private static GroupRoles Roles(YamlMap? map, Diagnostics diagnostics)
    {
        var groups = new Dictionary<Role, IReadOnlyList<string>>();
        foreach (var role in Enum.GetValues<Role>())
        {
            if (map?.Strings(role.Word()) is { Count: > 0 } names)
            {
                groups.Add(role, names);
            }
        }

        var perCluster = map is not null && map.TryGet("perCluster", out var value) ? value.Elements.SelectMany(element => InClusters(new YamlMap(element, diagnostics), diagnostics)).ToList() : [];
        map?.RejectUnknown();
        return new GroupRoles(groups) { InClusters = perCluster };
    }

    private static List<(Right, IReadOnlyList<string>)> InClusters(YamlMap map, Diagnostics diagnostics)
    {
        var clusters = map.Strings("clusters");
        if (clusters.Count is 0 or > Right.MaxClusters || clusters.Any(string.IsNullOrWhiteSpace))
        {
            diagnostics.Error(map.LocationOf("clusters"), $"'clusters' has to name 1 to {Right.MaxClusters} clusters, each as events name it, in which the groups have the role");
        }

        var rights = new[] { Role.Viewer, Role.Responder }.Select(role => (Right: new Right(role, clusters), Groups: map.Strings(role.Word()))).Where(one => one.Groups.Count > 0).ToList();
        if (rights.Count == 0)
        {
            diagnostics.Error(map.LocationOf("clusters"), "nobody has a role in these clusters: add 'responder: [GROUP]' or 'viewer: [GROUP]'");
        }

        map.RejectUnknown(new Dictionary<string, string> { ["admin"] = "an admin says who may do what everywhere: write it under 'roles' itself, or 'responder' here" });
        return rights;
    }

    private static List<IPNetwork> Addresses(YamlMap proxy, Diagnostics diagnostics)
    {
        const string key = "addresses";
        var networks = new List<IPNetwork>();
        foreach (var text in proxy.Strings(key))
        {
            if (IPAddress.TryParse(text, out var one))
            {
                networks.Add(new IPNetwork(one, one.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0)
            {
                networks.Add(network);
            }
            else
            {
                diagnostics.Error(proxy.LocationOf(key), $"'{text}' is not an address of the proxy: write an IP address, or a network such as 10.1.2.0/24");
            }
        }

        if (networks.Count == 0)
        {
            diagnostics.Error(proxy.LocationOf(key), "'addresses' says where the proxy connects from, and alone is believed: write an IP address, or a network such as 10.1.2.0/24");
        }

        return networks;
    }

    private static string Header(YamlMap proxy, string key, string otherwise, Diagnostics diagnostics)
    {
        var name = proxy.String(key) ?? otherwise;
        if (name.Length is 0 or > 100 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') || name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
        {
            diagnostics.Error(proxy.LocationOf(key), $"'{name}' is not a header that can name somebody: write one such as {otherwise}");
        }

        return name;
    }
}
