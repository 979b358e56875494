using AuditWatch.Access;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Web.Access;

/// <summary>
/// Who sends a request. Whoever has a token, from wherever the service is reached, is the one it was made for; a token that is given decides alone. Without one, whoever comes through the proxy
/// is whom that names, and whoever has signed in at the OpenID provider whom that has named; whoever reaches the service's socket in its state directory, which only its user can, is an admin. Whoever is on the same machine may do everything but say who else may, unless the service is for
/// others: then its machine may have users and workloads that are to silence nothing. Thread-safe.
/// </summary>
/// <param name="tokens">The tokens of the API.</param>
/// <param name="isExposed">Whether the service is for other machines: it has TLS, knows its clients, or listens beyond loopback.</param>
internal sealed class Callers(ApiTokens tokens, bool isExposed)
{
    private const string Scheme = "Bearer ";

    /// <summary>Whether to be on the machine is not enough.</summary>
    public bool IsExposed => isExposed;

    /// <summary>Whether a request shows a token, or something in its place.</summary>
    public static bool HasToken(HttpRequest request) => request.Headers.Authorization.Count > 0;

    /// <summary>Who sends a request; null if it is nobody who is known. Why a token is refused is nobody's business who has none that is good.</summary>
    public Caller? Identify(HttpContext http) =>
        HasToken(http.Request) ? ByAuthorization(http.Request.Headers.Authorization.ToString())
        : http.Features.Get<ProxiedRequests>() is { } proxied ? proxied.Caller
        : http.Features.Get<OpenIdSession>() is { } session ? session.Caller
        : !LocalRequests.IsLocal(http) ? null
        : http.Connection.RemoteIpAddress is null ? new Caller(Rights.Everywhere(Role.Admin))
        : isExposed ? null
        : new Caller(Rights.Everywhere(Role.Responder));

    /// <summary>Whether a request comes from the machine itself, and shows nothing that says more.</summary>
    public static bool IsOnMachine(HttpContext http) => !HasToken(http.Request) && http.Features.Get<ProxiedRequests>() is null && LocalRequests.IsLocal(http);

    /// <summary>Whom a token was made for; null if it is none that is good.</summary>
    public Caller? ByToken(string token) => tokens.Find(token.Trim()) is { } known ? new Caller(known.Rights, known.Name) { Now = _ => Task.FromResult(ByToken(token)) } : null;

    private Caller? ByAuthorization(string authorization) => authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? ByToken(authorization[Scheme.Length..]) : null;
}
