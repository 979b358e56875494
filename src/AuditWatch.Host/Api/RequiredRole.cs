using AuditWatch.Access;

namespace AuditWatch.Host.Api;

/// <summary>Says of an endpoint which role it takes at least. One that says nothing takes an admin.</summary>
internal sealed record RequiredRole(Role Role, bool InAllClusters = false)
{
    /// <summary>What the endpoint of a request takes.</summary>
    public static RequiredRole Of(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>() ?? new RequiredRole(Role.Admin, InAllClusters: true);
}

/// <summary>How endpoints say it.</summary>
internal static class RequiredRoles
{
    public static T For<T>(this T endpoint, Role role) where T : IEndpointConventionBuilder => endpoint.WithMetadata(new RequiredRole(role));

    /// <summary>Likewise of what is about all clusters.</summary>
    public static T ForAllClusters<T>(this T endpoint, Role role) where T : IEndpointConventionBuilder => endpoint.WithMetadata(new RequiredRole(role, InAllClusters: true));
}
