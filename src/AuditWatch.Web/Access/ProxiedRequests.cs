using System.Security.Claims;
using AuditWatch.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AuditWatch.Web.Access;

/// <summary>What a trusted proxy passes on: in the name of the person that it names, or in nobody's. The proxy may be on this machine, and still is not somebody who is.</summary>
internal sealed record ProxiedRequests(Caller? Caller)
{
    private const int MaxGroups = 1_000;
    private const int MaxNameLength = 200;

    /// <summary>Has requests from the proxy, on the address that people come to, be what people have sent to it: under its address, in their name. Call it before anything that asks for either.</summary>
    public static void Use(IApplicationBuilder app, TrustedProxy proxy, SignIn signIn) => app.Use((http, next) =>
    {
        if (proxy.Has(http.Connection.RemoteIpAddress))
        {
            http.Request.Scheme = signIn.Address.Scheme;
            http.Request.Host = signIn.Address.IsDefaultPort ? new HostString(signIn.Address.IdnHost) : new HostString(signIn.Address.IdnHost, signIn.Address.Port);
            if (!http.Request.Headers.Authorization.ToString().StartsWith($"Bearer {ApiToken.Prefix}", StringComparison.OrdinalIgnoreCase))
            {
                // What people have signed in with at the proxy, which some pass on, is no token of ours.
                http.Request.Headers.Authorization = default;
            }

            var caller = CallerOf(http.Request, proxy, signIn.Roles);
            http.Features.Set(new ProxiedRequests(caller));
            if (caller?.Name is { } name)
            {
                // So that a form of theirs is nobody else's.
                http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, name)], "proxy"));
            }
        }

        return next(http);
    });

    // Two headers, or two names in one, where the proxy writes one: one of them is somebody else's.
    private static Caller? CallerOf(HttpRequest request, TrustedProxy proxy, GroupRoles roles)
    {
        if (request.Headers[proxy.UserHeader] is not [{ } user] || user.Trim() is not { Length: > 0 and <= MaxNameLength } name || name.Any(letter => char.IsControl(letter) || letter == ','))
        {
            return null;
        }

        return roles.Of(GroupsOf(request.Headers[proxy.GroupsHeader])) is { } rights ? new Caller(rights, name) : null;
    }

    private static string[] GroupsOf(StringValues header) =>
        header is [{ } groups] ? groups.Split(',', MaxGroups, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];
}
