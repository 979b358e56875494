using AuditWatch.Access;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AuditWatch.Web.Access;

/// <summary><c>POST /sign-out</c>, from a form of ours: whoever has signed in, with a token or at the OpenID provider, has not any more, and there neither, where it can be ended from here.</summary>
internal static class SignOutRoute
{
    public static void Map(IEndpointRouteBuilder pages, TokenSignIn tokens, SignIn? signIn) => pages.MapPost("sign-out", async Task<IResult> (HttpContext http) =>
    {
        http.Features.Set(tokens.Identify(http) ?? http.Features.Get<OpenIdSession>()?.Caller);
        if (LocalRequests.IsFromElsewhere(http.Request) || !await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http))
        {
            return Results.Text("Sign out from the page: load it again.\n", statusCode: StatusCodes.Status403Forbidden);
        }

        TokenSignIn.SignOut(http);
        var provider = signIn?.Provider is { } one ? await OpenIdSignIn.SignOutAsync(http, signIn, one) : null;
        return new RazorComponentResult(typeof(SignedOutPage), new Dictionary<string, object?> { [nameof(SignedOutPage.Provider)] = provider });
    });
}
