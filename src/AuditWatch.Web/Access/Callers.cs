using AuditWatch.Access;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Web.Access;

/// <summary>
/// Who sends a request. Whoever has a token, from wherever the service is reached, is the one it was made for; a token that is given decides alone. Without one, whoever comes through the proxy
/// is whom that names; whoever reaches the service's socket in its state directory, which only its user can, is an admin, and whoever is on the same machine may do everything but say who else may. Thread-safe.
/// </summary>
internal sealed class Callers(ApiTokens tokens)
{
    private const string Scheme = "Bearer ";

    /// <summary>Whether a request shows a token, or something in its place.</summary>
    public static bool HasToken(HttpRequest request) => request.Headers.Authorization.Count > 0;

    /// <summary>Who sends a request; null if it is nobody who is known. Why a token is refused is nobody's business who has none that is good.</summary>
    public Caller? Identify(HttpContext http) =>
        HasToken(http.Request) ? ByToken(http.Request.Headers.Authorization.ToString())
        : http.Features.Get<ProxiedRequests>() is { } proxied ? proxied.Caller
        : LocalRequests.IsLocal(http) ? new Caller(http.Connection.RemoteIpAddress is null ? Role.Admin : Role.Responder)
        : null;

    private Caller? ByToken(string authorization) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && tokens.Find(authorization[Scheme.Length..].Trim()) is { } token ? new Caller(token.Role, token.Name) : null;
}
