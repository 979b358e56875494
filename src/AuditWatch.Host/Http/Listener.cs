using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AuditWatch.Host.Http;

/// <summary>Which paths are served on an address that the service listens on. Where a connection has come in without one, all are. Immutable.</summary>
/// <param name="Serves">Whether a path is there.</param>
/// <param name="IsForPeople">Whether it is the page's: nobody gets there who can only post events.</param>
internal sealed record Listener(Func<PathString, bool> Serves, bool IsForPeople)
{
    /// <summary>The webhook, and whether the service lives.</summary>
    public static readonly Listener Webhook = new(path => path.StartsWithSegments("/webhook") || path == "/healthz" || path == "/readyz", IsForPeople: false);

    /// <summary>Everything but the webhook.</summary>
    public static readonly Listener Page = new(path => !path.StartsWithSegments("/webhook"), IsForPeople: true);

    /// <summary>Whether the service lives, and nothing more: for probes, in the way of which nobody is to stand.</summary>
    public static readonly Listener Probes = new(path => path == "/healthz" || path == "/readyz", IsForPeople: false);

    private static readonly Listener Everything = new(_ => true, IsForPeople: false);

    /// <summary>Where a request has come in.</summary>
    public static Listener Of(HttpContext http) => http.Features.Get<Listener>() ?? Everything;

    /// <summary>Serves only this, on all connections to an address.</summary>
    public void On(ListenOptions address) => address.Use(next => connection =>
    {
        connection.Features.Set(this);
        return next(connection);
    });

    /// <summary>Answers 404 to what is not served where a request has come in, whatever there is elsewhere.</summary>
    public static Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        if (Of(http).Serves(http.Request.Path))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
