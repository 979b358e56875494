using System.Net;
using AuditWatch.Access;
using AuditWatch.Web.Access;

namespace AuditWatch.Host.Api;

/// <summary>
/// Who may do what with the API. Whoever has a token may do what its role may, from wherever the service is reached; a token that is given decides alone. Without one, whoever reaches the
/// service's socket in its state directory, which only its user can, may do everything, and whoever is on the same machine everything but to say who else may. A web page that somebody there
/// looks at is not meant: it comes under another name than the machine's own, cannot send JSON without asking first, and has no token.
/// </summary>
internal sealed class ApiAccess(ApiTokens tokens)
{
    private const string Scheme = "Bearer ";

    /// <summary>Refuses, before anything of it is read, what may not use the API, or not for that.</summary>
    public async Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        if (Identify(http, out var refusal) is { } caller && (refusal = Refusal(http, caller)) is null)
        {
            http.Features.Set(caller);
            await next(http);
            return;
        }

        await refusal!.ExecuteAsync(http);
    }

    // Why a token is refused is nobody's business who has none that is good.
    private Caller? Identify(HttpContext http, out IResult? refusal)
    {
        refusal = null;
        if (http.Request.Headers.Authorization.ToString() is { Length: > 0 } authorization)
        {
            if (authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && tokens.Find(authorization[Scheme.Length..].Trim()) is { } token)
            {
                return new Caller(token.Role, token.Name);
            }

            http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
            refusal = Problem.Result(StatusCodes.Status401Unauthorized, "the token is not one of this service, has been revoked, or is past its end: 'auditwatch token create' makes one");
            return null;
        }

        var remote = http.Connection.RemoteIpAddress;
        if (LocalRequests.IsLocal(http))
        {
            return new Caller(remote is null ? Role.Admin : Role.Responder);
        }

        http.Response.Headers.WWWAuthenticate = "Bearer";
        refusal = Problem.Result(
            IPAddress.IsLoopback(remote!) ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized,
            $"without a token the API answers only on the machine of the service, as localhost or through the socket {ApiSocket.FileName} in its state directory: 'auditwatch token create' makes a token");
        return null;
    }

    private static IResult? Refusal(HttpContext http, Caller caller)
    {
        var required = RequiredRole.Of(http);
        return caller.Role < required ? Problem.Result(StatusCodes.Status403Forbidden, caller.Name is null
                ? $"this takes the role {required.Word()}: come through the socket {ApiSocket.FileName} in the service's state directory (--url unix:DIR, or --config), or with the token of one"
                : $"this takes the role {required.Word()}, and the token '{caller.Name}' has the role {caller.Role.Word()}")
            : !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && !http.Request.HasJsonContentType()
                ? Problem.Result(StatusCodes.Status415UnsupportedMediaType, "the request has to be application/json")
            : null;
    }
}
