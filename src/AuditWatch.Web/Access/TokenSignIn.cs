using System.Security.Claims;
using AuditWatch.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace AuditWatch.Web.Access;

/// <summary>
/// People who sign in to the page with a token of theirs, over TLS or on the machine itself. Their browser keeps it sealed, so that only this process can read it, until it is closed; a token that is revoked opens
/// nothing from then on. Thread-safe.
/// </summary>
internal sealed class TokenSignIn(Callers callers, IDataProtectionProvider keys, OpenIdProvider? provider)
{
    /// <summary>What says of a person that they have signed in with a token.</summary>
    public const string Scheme = "token";

    private const string Cookie = "auditwatch.token";
    private const int LongestToken = 200;
    private const int LongestForm = 4 << 10;

    private static readonly TimeSpan Session = TimeSpan.FromHours(12);

    private readonly ITimeLimitedDataProtector _seal = keys.CreateProtector("auditwatch.token").ToTimeLimitedDataProtector();

    /// <summary>Adds <c>POST /sign-in</c>.</summary>
    public void Map(IEndpointRouteBuilder pages) => pages.MapPost("sign-in", (Delegate)SignInAsync);

    /// <summary>Who has signed in; null if nobody has. Whoever comes through a proxy is whom that names.</summary>
    public Caller? Identify(HttpContext http)
    {
        if (Callers.HasToken(http.Request) || http.Features.Get<ProxiedRequests>() is not null || http.Request.Cookies[Cookie] is not { } kept || !_seal.TryUnprotect(kept, out var token) || callers.ByToken(token) is not { } caller)
        {
            return null;
        }

        // So that a form of theirs is nobody else's.
        http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, caller.Name!)], Scheme));
        return caller;
    }

    /// <summary>Whether a token may be sent on this connection: nobody else reads it there.</summary>
    public static bool MayBeAsked(HttpContext http) => http.Request.IsHttps || LocalRequests.IsLocal(http);

    /// <summary>Forgets who has signed in.</summary>
    public static void SignOut(HttpContext http) => http.Response.Cookies.Delete(Cookie);

    /// <summary>The page that asks who somebody is.</summary>
    /// <param name="http">The request.</param>
    /// <param name="why">Why it is asked.</param>
    /// <param name="provider">The OpenID provider where they can sign in; null for none.</param>
    /// <param name="status">The status of the answer.</param>
    public static RazorComponentResult Ask(HttpContext http, string why, OpenIdProvider? provider, int status = StatusCodes.Status403Forbidden) => new(typeof(TokenPage), new Dictionary<string, object?>
    {
        [nameof(TokenPage.Why)] = why,
        [nameof(TokenPage.Provider)] = provider?.Authority.Host,
        [nameof(TokenPage.MayTakeToken)] = MayBeAsked(http),
        [nameof(TokenPage.Back)] = HttpMethods.IsGet(http.Request.Method) ? http.Request.Path.Value![1..] + http.Request.QueryString : "",
        [nameof(TokenPage.Root)] = string.Concat(Enumerable.Repeat("../", http.Request.Path.Value!.Count(letter => letter == '/') - 1)),
    })
    {
        StatusCode = status,
    };

    private async Task<IResult> SignInAsync(HttpContext http)
    {
        if (!MayBeAsked(http) || LocalRequests.IsFromElsewhere(http.Request) || !http.Request.HasFormContentType || http.Request.ContentLength is null or > LongestForm)
        {
            return Results.Text("Sign in from the page, over https or on the machine of the service.\n", statusCode: StatusCodes.Status403Forbidden);
        }

        var token = (await http.Request.ReadFormAsync(http.RequestAborted))["token"].ToString().Trim();
        if (token.Length > LongestToken || callers.ByToken(token) is null)
        {
            return Ask(http, "That is no token of this service, or it has been revoked, or is past its end.", provider);
        }

        http.Response.Cookies.Append(Cookie, _seal.Protect(token, Session), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, IsEssential = true });
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = "./";
        return Results.Empty;
    }
}

/// <summary>Opening what was sealed.</summary>
internal static class Seals
{
    /// <summary>Whether a text was sealed here, and not too long ago.</summary>
    public static bool TryUnprotect(this ITimeLimitedDataProtector seal, string text, out string opened)
    {
        try
        {
            opened = seal.Unprotect(text);
            return true;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            opened = "";
            return false;
        }
    }
}
