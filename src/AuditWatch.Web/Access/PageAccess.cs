using AuditWatch.Access;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Web.Access;

/// <summary>Who may use the page: whoever is known may look, and a responder may act, from a page of ours.</summary>
internal sealed class PageAccess(Callers callers)
{
    private const string Unknown = "the page answers on the machine of the service, as localhost, and to whom the configured proxy names with a group that has a role";
    private const string Elsewhere = "a page of somebody else's has sent this";

    /// <summary>Refuses, before anything of it is read, what may not use the page.</summary>
    public ValueTask<object?> CheckAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var http = invocation.HttpContext;
        var acts = !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);
        var caller = callers.Identify(http);
        var refusal = caller is null ? Unknown
            : acts && LocalRequests.IsFromElsewhere(http.Request) ? Elsewhere
            : acts && caller.Role < Role.Responder ? $"this takes the role {Role.Responder.Word()}, and {caller.Name} has the role {caller.Role.Word()}"
            : null;
        if (refusal is not null)
        {
            return ValueTask.FromResult<object?>(Results.Text($"{refusal}\n", statusCode: StatusCodes.Status403Forbidden));
        }

        http.Features.Set(caller);
        return next(invocation);
    }
}
