using AuditWatch.Access;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Web.Access;

/// <summary>Who may use the page: whoever is known may look, and a responder may act, from a page of ours. Who is not known may sign in at the OpenID provider, or with a token.</summary>
internal sealed class PageAccess(Callers callers, TokenSignIn signIn, OpenIdProvider? provider)
{
    private const string Elsewhere = "a page of somebody else's has sent this";

    private string Unknown => provider is not null ? $"the page takes who has signed in at {provider.Authority.Host} with a group that has a role, or a token ('auditwatch token create' makes one)"
        : callers.IsExposed
        ? "the page takes a token ('auditwatch token create' makes one), or a configured proxy that names you with a group that has a role"
        : "the page answers on the machine of the service, as localhost, and to whom the configured proxy names with a group that has a role";

    /// <summary>Refuses, before anything of it is read, what may not use the page.</summary>
    public ValueTask<object?> CheckAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var http = invocation.HttpContext;
        var acts = !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);
        var caller = signIn.Identify(http) ?? callers.Identify(http);
        if (caller is null && !acts && (provider is not null || TokenSignIn.MayBeAsked(http)) && http.Features.Get<ProxiedRequests>() is null && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            return ValueTask.FromResult<object?>(TokenSignIn.Ask(http, $"{char.ToUpperInvariant(Unknown[0])}{Unknown[1..]}.", provider));
        }

        http.Features.Set(caller);
        var refusal = caller is null ? Unknown
            : acts && LocalRequests.IsFromElsewhere(http.Request) ? Elsewhere
            : acts && caller.Role < Role.Responder && http.GetEndpoint()?.Metadata.GetMetadata<ForEverybody>() is null ? $"this takes the role {Role.Responder.Word()}, and {caller.Name} has the role {caller.Role.Word()}"
            : http.GetEndpoint()?.Metadata.GetMetadata<ForAdmins>() is not null && !caller.Rights.HaveEverywhere(Role.Admin) ? $"this takes the role {Role.Admin.Word()}: sign in as one"
            : http.GetEndpoint()?.Metadata.GetMetadata<ForAllClusters>() is not null && !caller.Rights.HaveEverywhere(acts ? Role.Responder : Role.Viewer)
                ? $"this is about all clusters, and {caller.Name} is {caller.Rights}"
            : null;
        if (refusal is not null)
        {
            return ValueTask.FromResult<object?>(Results.Text($"{refusal}\n", statusCode: StatusCodes.Status403Forbidden));
        }

        return next(invocation);
    }
}

/// <summary>Says of an endpoint that changes something that it is for viewers, too: nobody but themselves sees what it changes.</summary>
internal sealed class ForEverybody;

/// <summary>Says of an endpoint that it is for admins.</summary>
internal sealed class ForAdmins;

/// <summary>Says of an endpoint that it is about all clusters: nobody gets there who has a role in some alone.</summary>
internal sealed class ForAllClusters;
