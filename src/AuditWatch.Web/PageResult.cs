using AuditWatch.Access;
using AuditWatch.Web.Access;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace AuditWatch.Web;

/// <summary>Pages as answers to requests.</summary>
internal static class PageResult
{
    /// <summary>A page.</summary>
    internal static RazorComponentResult Of<T>(PageContext context, params (string Name, object Value)[] parameters) where T : IComponent =>
        new(typeof(T), parameters.Prepend(("Context", context)).ToDictionary(one => one.Item1, object? (one) => one.Item2)) { PreventStreamingRendering = true };

    /// <summary>A page that says in a sentence why there is nothing to see, or why something was not done.</summary>
    internal static RazorComponentResult Refusal(PageContext context, int status, string message) =>
        new(typeof(RefusalPage), new Dictionary<string, object?> { [nameof(RefusalPage.Context)] = context, [nameof(RefusalPage.Message)] = message }) { StatusCode = status };

    /// <summary>What a page at some depth needs to know.</summary>
    /// <param name="http">The request.</param>
    /// <param name="time">The clock.</param>
    /// <param name="root">What leads to the first page.</param>
    /// <param name="here">The page's address.</param>
    /// <param name="cluster">The cluster that it is about; null if it is about none.</param>
    internal static PageContext Context(HttpContext http, TimeProvider time, string root, string here, string? cluster = null) => new(
        root, here + http.Request.QueryString, Caller.Of(http).Name ?? Person.Of(http.Request), http.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http).RequestToken!, time.GetUtcNow())
    {
        IsSignedIn = Caller.Of(http).Name is not null,
        MaySignOut = http.User.Identity?.AuthenticationType is TokenSignIn.Scheme or OpenIdSignIn.Scheme,
        MayAct = cluster is null ? Caller.Of(http).Role >= Role.Responder : Caller.Of(http).Rights.HaveIn(Role.Responder, cluster),
        SeesAll = Caller.Of(http).Rights.HaveEverywhere(Role.Viewer),
        IsAdmin = Caller.Of(http).Rights.HaveEverywhere(Role.Admin),
        LastLook = LastLook.Of(http.Request),
        Views = SavedViews.Of(http.Request),
    };
}
