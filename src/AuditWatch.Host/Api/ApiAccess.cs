using System.Net;
using AuditWatch.Access;
using AuditWatch.Web.Access;

namespace AuditWatch.Host.Api;

/// <summary>
/// Who may do what with the API: what the role of the <see cref="Callers"/> says. A web page that somebody looks at on the machine is not meant: it comes under another name than the machine's
/// own, cannot send JSON without asking first, and has no token.
/// </summary>
internal sealed class ApiAccess(Callers callers)
{
    /// <summary>Refuses, before anything of it is read, what may not use the API, or not for that.</summary>
    public async Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        var caller = callers.Identify(http);
        http.Features.Set(caller);
        if ((caller is null ? Unknown(http) : Refusal(http, caller)) is { } refusal)
        {
            await refusal.ExecuteAsync(http);
            return;
        }

        await next(http);
    }

    private IResult Unknown(HttpContext http)
    {
        if (Callers.HasToken(http.Request))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
            return Problem.Result(StatusCodes.Status401Unauthorized, "the token is not one of this service, has been revoked, or is past its end: 'auditwatch token create' makes one");
        }

        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.Result(
            IPAddress.IsLoopback(http.Connection.RemoteIpAddress!) ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized,
            callers.IsExposed
                ? $"without a token the API answers only through the socket {ApiSocket.FileName} in the service's state directory (--url unix:DIR, or --config): 'auditwatch token create' makes a token"
                : $"without a token the API answers only on the machine of the service, as localhost or through the socket {ApiSocket.FileName} in its state directory: 'auditwatch token create' makes a token");
    }

    private static IResult? Refusal(HttpContext http, Caller caller)
    {
        var (required, inAllClusters) = RequiredRole.Of(http);
        var changes = !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);
        return changes && !Callers.HasToken(http.Request) && LocalRequests.IsFromElsewhere(http.Request) ? Problem.Result(StatusCodes.Status403Forbidden, "a page of somebody else's has sent this")
            : caller.Role < required ? Problem.Result(StatusCodes.Status403Forbidden, caller.Name is null
                ? $"this takes the role {required.Word()}: come through the socket {ApiSocket.FileName} in the service's state directory (--url unix:DIR, or --config), or with the token of one"
                : $"this takes the role {required.Word()}, and '{caller.Name}' has the role {caller.Role.Word()}")
            : inAllClusters && !caller.Rights.HaveEverywhere(required)
                ? Problem.Result(StatusCodes.Status403Forbidden, $"this is about all clusters and takes the role {required.Word()} in all of them, and '{caller.Name}' is {caller.Rights}")
            : changes && !http.Request.HasJsonContentType()
                ? Problem.Result(StatusCodes.Status415UnsupportedMediaType, "the request has to be application/json")
            : null;
    }
}
