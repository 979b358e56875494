using AuditWatch.Access;
using AuditWatch.Notifications.Rendering;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AuditWatch.Web.Access;

/// <summary>
/// People who sign in at an OpenID provider: authorization code with PKCE, by ASP.NET's handlers. The answer comes in the address (<c>response_mode=query</c>), because a form from elsewhere would come without our
/// cookies; each of those is HttpOnly, SameSite=Lax, and Secure where the page is <c>https</c>. It holds under the page's own address alone, whatever other names lead to it.
/// </summary>
internal static class OpenIdSignIn
{
    /// <summary>What says of a person that they have signed in at the provider.</summary>
    public const string Scheme = "oidc";

    private const string Cookie = "auditwatch.session";
    private const string CallbackPath = "/oidc/callback";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whether it is where the provider sends people back to.</summary>
    public static bool IsCallback(PathString path) => path == CallbackPath;

    /// <summary>Adds what it needs.</summary>
    public static void Add(IServiceCollection services, SignIn signIn, OpenIdProvider provider)
    {
        services.AddAuthentication()
            .AddCookie(Cookie, options =>
            {
                (options.Cookie.Name, options.Cookie.HttpOnly, options.Cookie.SameSite, options.Cookie.SecurePolicy) = (Cookie, true, SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
                (options.SlidingExpiration, options.ExpireTimeSpan) = (false, provider.Session);
                options.Events.OnValidatePrincipal = ValidateAsync;
            })
            .AddOpenIdConnect(Scheme, options =>
            {
                (options.Authority, options.RequireHttpsMetadata) = (provider.Authority.AbsoluteUri, provider.Authority.Scheme == Uri.UriSchemeHttps);
                (options.ClientId, options.ClientSecret, options.SignInScheme) = (provider.ClientId, provider.ClientSecret, Cookie);
                (options.ResponseType, options.ResponseMode, options.UsePkce, options.SaveTokens) = ("code", "query", true, true);
                (options.CallbackPath, options.RemoteSignOutPath, options.SignedOutCallbackPath) = (CallbackPath, default, default);
                options.Scope.Clear();
                foreach (var scope in provider.Scopes)
                {
                    options.Scope.Add(scope);
                }

                (options.MapInboundClaims, options.GetClaimsFromUserInfoEndpoint, options.DisableTelemetry, options.BackchannelTimeout) = (false, true, true, Patience);
                options.ClaimActions.Clear();
                options.ClaimActions.MapUniqueJsonKey(provider.NameClaim, provider.NameClaim);
                options.ClaimActions.MapJsonKey(provider.GroupsClaim, provider.GroupsClaim);
                foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
                {
                    (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
                }

                options.Events.OnTicketReceived = ReceivedAsync;
                options.Events.OnRemoteFailure = failure => FailedAsync(failure, provider);
            });
        services.AddSingleton(services =>
        {
            var options = services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(Scheme);
            return new OpenIdSessions(signIn, provider, options.ConfigurationManager!.GetConfigurationAsync, options.Backchannel, services.GetRequiredService<TimeProvider>());
        });
    }

    /// <summary>Has requests under the page's own address be those of who has signed in. Call it before anything that asks for either.</summary>
    /// <param name="app">The web application.</param>
    /// <param name="isForPeople">Whether a request has come to where people come.</param>
    /// <param name="signIn">How people sign in.</param>
    public static void Use(WebApplication app, Func<HttpContext, bool> isForPeople, SignIn signIn)
    {
        app.Use((http, next) =>
        {
            if (isForPeople(http) && IsOurs(http.Request, signIn.Address))
            {
                // TLS may end in front of the page, and a path there.
                (http.Request.Scheme, http.Request.PathBase) = (signIn.Address.Scheme, new PathString(signIn.Address.AbsolutePath.TrimEnd('/')));
            }

            return next(http);
        });
        app.UseAuthentication();
        app.UseWhen(http => isForPeople(http) && IsOurs(http.Request, signIn.Address) && !Callers.HasToken(http.Request), page => page.Use(async (http, next) =>
        {
            if (await http.AuthenticateAsync(Cookie) is { Succeeded: true, Principal: { } person })
            {
                http.User = person; // So that a form of theirs is nobody else's.
            }

            await next(http);
        }));
    }

    /// <summary>Adds <c>GET /oidc/sign-in</c>, which leads to the provider, and back to the page named in <c>back</c>.</summary>
    public static void Map(IEndpointRouteBuilder pages, SignIn signIn, OpenIdProvider provider) => pages.MapGet("oidc/sign-in", async Task<IResult> (HttpContext http) =>
    {
        var back = http.Request.Query["back"].ToString() is var said && PageAddress.IsOurs(said) ? said : "";
        if (!IsOurs(http.Request, signIn.Address))
        {
            return new Redirect($"{signIn.Address.AbsoluteUri.TrimEnd('/')}/oidc/sign-in?back={Uri.EscapeDataString(back)}");
        }

        try
        {
            await http.ChallengeAsync(Scheme, new AuthenticationProperties { RedirectUri = $"{http.Request.PathBase}/{back}" });
            return Results.Empty;
        }
        catch (Exception problem) when (problem is InvalidOperationException or HttpRequestException or IOException)
        {
            return TokenSignIn.Ask(http, DoesNotAnswer(provider), provider, StatusCodes.Status503ServiceUnavailable);
        }
    });

    /// <summary>Ends the session of who asks.</summary>
    /// <returns>Where the provider ends its own; null if it does not say, or there is no session.</returns>
    public static async Task<string?> SignOutAsync(HttpContext http, SignIn signIn, OpenIdProvider provider)
    {
        if (await http.AuthenticateAsync(Cookie) is not { Succeeded: true, Properties: { } ticket })
        {
            return null;
        }

        http.RequestServices.GetRequiredService<OpenIdSessions>().End(ticket);
        await http.SignOutAsync(Cookie);
        try
        {
            var options = http.RequestServices.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(Scheme);
            var end = (await options.ConfigurationManager!.GetConfigurationAsync(http.RequestAborted)).EndSessionEndpoint;
            return !Uri.TryCreate(end, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http") ? null : end + QueryString.Create(new Dictionary<string, string?>
            {
                ["id_token_hint"] = ticket.GetTokenValue("id_token"),
                ["client_id"] = provider.ClientId,
                ["post_logout_redirect_uri"] = signIn.Address.AbsoluteUri,
            });
        }
        catch (Exception problem) when (problem is InvalidOperationException or HttpRequestException or IOException)
        {
            return null;
        }
    }

    private static bool IsOurs(HttpRequest request, Uri address) =>
        string.Equals(request.Host.Host, address.IdnHost, StringComparison.OrdinalIgnoreCase) && (request.Host.Port ?? (address.IsDefaultPort ? address.Port : -1)) == address.Port;

    private static string DoesNotAnswer(OpenIdProvider provider) =>
        $"The provider {provider.Authority.Host} does not answer, so nobody can sign in there now. Tokens are taken meanwhile, and the socket on the machine of the service.";

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var sessions = context.HttpContext.RequestServices.GetRequiredService<OpenIdSessions>();
        if (await sessions.StandingAsync(context.Principal!, context.Properties, context.HttpContext.RequestAborted) is not { } caller)
        {
            context.RejectPrincipal();
            return;
        }

        context.HttpContext.Features.Set(new OpenIdSession(caller));
        if (sessions.Renew(context.Principal!, context.Properties) is { } renewed)
        {
            context.ReplacePrincipal(renewed);
            context.ShouldRenew = true;
        }
    }

    private static async Task ReceivedAsync(TicketReceivedContext context)
    {
        var http = context.HttpContext;
        if (http.RequestServices.GetRequiredService<OpenIdSessions>().Begin(context.Principal!, context.Properties!, out var caller, out var problem) is not { } person)
        {
            await TokenSignIn.Ask(http, DisplayText.Of(problem!, 1_000), provider: null).ExecuteAsync(http);
            context.HandleResponse();
            return;
        }

        context.Principal = person;
        http.Features.Set(caller);
        TokenSignIn.SignOut(http);
    }

    // Anybody can send something to the callback: what is logged of it says nothing of theirs, and is an answer of the provider.
    private static async Task FailedAsync(RemoteFailureContext context, OpenIdProvider provider)
    {
        var http = context.HttpContext;
        var isDown = context.Failure is HttpRequestException or TaskCanceledException;
        var told = isDown ? DoesNotAnswer(provider)
            : context.Properties is null || context.Failure is null ? "The sign-in was not begun here, or too long ago: begin again."
            : $"The provider {provider.Authority.Host} has not let you in: {DisplayText.Of(context.Failure.Message, 300)}";
        if (context.Properties is not null)
        {
            http.RequestServices.GetRequiredService<ILogger<OpenIdSessions>>().LogWarning("Somebody could not sign in at {Provider}: {Problem}", provider.Authority, DisplayText.Of(context.Failure?.Message ?? "", 300));
        }

        await TokenSignIn.Ask(http, told, provider, isDown ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status403Forbidden).ExecuteAsync(http);
        context.HandleResponse();
    }

    private sealed class Redirect(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.Redirect(address);
            return Task.CompletedTask;
        }
    }
}
