using AuditWatch.Access;

namespace AuditWatch.Host.Api;

/// <summary>Says of an endpoint which role it takes at least. One that says nothing takes an admin.</summary>
internal sealed record RequiredRole(Role Role)
{
    /// <summary>The role that the endpoint of a request takes.</summary>
    public static Role Of(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>()?.Role ?? Role.Admin;
}

/// <summary>How endpoints say it.</summary>
internal static class RequiredRoles
{
    public static T For<T>(this T endpoint, Role role) where T : IEndpointConventionBuilder => endpoint.WithMetadata(new RequiredRole(role));
}
