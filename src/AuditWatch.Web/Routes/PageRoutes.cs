using System.Text;
using AuditWatch.Access;
using AuditWatch.Processing;
using AuditWatch.Web.Access;
using AuditWatch.Web.Actions;
using AuditWatch.Web.Actors;
using AuditWatch.Web.Alerts;
using AuditWatch.Web.Assets;
using AuditWatch.Web.Exceptions;
using AuditWatch.Web.Incidents;
using AuditWatch.Web.Live;
using AuditWatch.Web.Objects;
using AuditWatch.Web.Operations;
using AuditWatch.Web.Queue;
using AuditWatch.Web.Reports;
using AuditWatch.Web.Trail;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AuditWatch.Web.Routes;

/// <summary>
/// The page for people on call: rendered on the server, usable without scripts, with nothing from elsewhere. It shows what the service knows and lets people deal with alerts; all of
/// it is behind <see cref="PageAccess"/>, and what changes something comes from a form of ours.
/// </summary>
public static class PageRoutes
{
    /// <summary>Adds what the page needs.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="signIn">How people from elsewhere sign in; null if they do not.</param>
    /// <param name="state">The state directory; null for none.</param>
    internal static void AddPage(this IServiceCollection services, SignIn? signIn, string? state)
    {
        if (signIn?.Provider is { } provider)
        {
            OpenIdSignIn.Add(services, signIn, provider);
        }

        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "auditwatch.form";
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddRazorComponents();
        services.AddSingleton(new ActionHistory(state));

        // What is long in a page is text. Its form token is another one in every answer, so that its length tells nothing of it; what is told as it happens is not held back.
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html", "text/css", "text/javascript", "image/svg+xml"];
        });

        // Nothing is written to anybody's home directory, not even at the start. Who has signed in at the provider still has after a restart, if there is somewhere to keep the keys; else they are this process's alone.
        var keys = services.AddDataProtection().SetApplicationName("AuditWatch");
        if (signIn?.Provider is not null && state is not null)
        {
            keys.PersistKeysToFileSystem(PageKeys.DirectoryIn(state));
        }
        else
        {
            keys.UseEphemeralDataProtectionProvider();
        }

        services.Remove(services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService"));
    }

    /// <summary>Adds the page at <c>/</c>.</summary>
    /// <param name="app">The web application, whose services have the <see cref="Callers"/>.</param>
    /// <param name="service">What it shows.</param>
    /// <param name="signIn">How people from elsewhere sign in; null if they do not.</param>
    /// <param name="time">The clock.</param>
    internal static void MapPage(this WebApplication app, AuditWatchService service, SignIn? signIn, TimeProvider time)
    {
        app.UseResponseCompression();
        var feed = new LiveFeed(service.Alerts.Changes, time);
        app.Lifetime.ApplicationStopping.Register(feed.Dispose);
        var callers = app.Services.GetRequiredService<Callers>();
        var tokens = new TokenSignIn(callers, new EphemeralDataProtectionProvider(), signIn?.Provider);
        var doors = app.MapGroup("").AddEndpointFilter(Headers);
        tokens.Map(doors);
        SignOutRoute.Map(doors, tokens, signIn);
        if (signIn?.Provider is { } provider)
        {
            OpenIdSignIn.Map(doors, signIn, provider);
        }

        var pages = app.MapGroup("").AddEndpointFilter(Headers).AddEndpointFilter(new PageAccess(callers, tokens, signIn?.Provider).CheckAsync);
        pages.MapGet("/", (HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "./", "");
            LastLook.Note(http, time.GetUtcNow());
            return Read(context, () => PageResult.Of<QueuePage>(context, (nameof(QueuePage.View), QueueView.Read(Seen.By(service, Caller.Of(http)), http.Request.Query, context, service.Alerts.QuietAt))));
        });
        pages.MapGet("/handover", (int? hours, HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "./", "handover");
            return PageResult.Of<HandoverPage>(context, (nameof(HandoverPage.View), Handover.Of(Seen.By(service, Caller.Of(http)).Snapshot, Math.Clamp(hours ?? 8, 1, 168), context.Now, service.Alerts.QuietAt)));
        });
        pages.MapGet("/alerts/all", (HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "../", "alerts/all");
            return Read(context, () => PageResult.Of<WholeViewPage>(context, (nameof(WholeViewPage.View), WholeView.Read(Seen.By(service, Caller.Of(http), Role.Responder), http.Request.Query))));
        });
        pages.MapGet("/alerts/{id}", (string id, HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "../", $"alerts/{id}");
            var seen = Seen.By(service, Caller.Of(http));
            return Read(context, () => seen.History.Find(id) is not [var alert] ? Missing(context, $"There is no alert '{id}'.")
                : PageResult.Of<AlertPage>(PageResult.Context(http, time, "../", $"alerts/{id}", alert.Cluster), (nameof(AlertPage.View), AlertView.Read(service, seen, alert))));
        });
        pages.MapGet("/alerts/{id}/exception", (string id, HttpContext http) => ExceptionOf(id, http, (context, view) => PageResult.Of<ExceptionPage>(context, (nameof(ExceptionPage.View), view))));
        pages.MapGet("/alerts/{id}/exception.yml", (string id, HttpContext http) => ExceptionOf(id, http, (_, view) => FileOf($"{view.Name}.yml", view.Text)));
        pages.MapGet("/alerts/{id}/exception.tests.yml", (string id, HttpContext http) => ExceptionOf(id, http, (_, view) => FileOf($"{view.Name}.tests.yml", view.Tests)));
        pages.MapGet("/incidents/{id}", (string id, string? since, string? until, HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "../", $"incidents/{id}");
            return Read(context, () => IncidentView.ReadPage(Seen.By(service, Caller.Of(http)), id, since, until) is not { } view ? Missing(context, $"There is no incident '{id}'.")
                : PageResult.Of<IncidentPage>(PageResult.Context(http, time, "../", $"incidents/{id}", view.Incident.Cluster), (nameof(IncidentPage.View), view)));
        });
        pages.MapGet("/incidents/{id}/report", (string id, HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "../../", $"incidents/{id}");
            return Read(context, () => ReportView.Of(Seen.By(service, Caller.Of(http)), id) is not { } view ? Missing(context, $"There is no incident '{id}'.") : ReportResult.Of(http, view, $"incident-{view.Incidents[0].Incident.Id}", time));
        });
        pages.MapGet("/actors", (string name, string? since, string? until, HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "./", "actors");
            return Read(context, () => PageResult.Of<ActorPage>(context, (nameof(ActorPage.View), ActorView.Read(Seen.By(service, Caller.Of(http)), name, since, until))));
        });
        pages.MapGet("/objects", (string name, string? cluster, string? since, string? until, HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "./", "objects");
            return Read(context, () => PageResult.Of<ObjectPage>(context, (nameof(ObjectPage.View), ObjectView.Read(Seen.By(service, Caller.Of(http)), name, cluster, since, until))));
        });
        pages.MapGet("/detections", (HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "./", "detections");
            var seen = Seen.By(service, Caller.Of(http));
            return Read(context, () => PageResult.Of<DetectionsPage>(
                context, (nameof(DetectionsPage.Service), service), (nameof(DetectionsPage.Snapshot), seen.Snapshot), (nameof(DetectionsPage.Counts), seen.History.CountByDetection(context.Now, DetectionsPage.Days))));
        });
        pages.MapGet("/detections/{name}", (string name, HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "../", $"detections/{name}");
            return service.Detections.Running.Find(name) is not { } rule ? Missing(context, $"There is no detection '{name}'.")
                : Read(context, () => PageResult.Of<DetectionPage>(context, (nameof(DetectionPage.Rule), rule), (nameof(DetectionPage.Alerts), DetectionPage.AlertsOf(Seen.By(service, Caller.Of(http)).History, rule))));
        });
        pages.MapGet("/sources", (HttpContext http) => PageResult.Of<SourcesPage>(PageResult.Context(http, time, "./", "sources"), (nameof(SourcesPage.Service), service))).WithMetadata(new ForAllClusters());
        pages.MapGet("/delivery", (HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "./", "delivery");
            return Read(context, () => PageResult.Of<DeliveryPage>(context, (nameof(DeliveryPage.View), DeliveryView.Read(service))));
        }).WithMetadata(new ForAllClusters());
        pages.MapGet("/silences", (HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "./", "silences");
            return Read(context, () => PageResult.Of<SilencesPage>(context, (nameof(SilencesPage.View), SilencesView.Read(Seen.By(service, Caller.Of(http)), service.Detections.Running, http.Request.Query, context.Now))));
        });
        pages.MapGet("/actions", (HttpContext http) =>
        {
            var context = PageResult.Context(http, time, "./", "actions");
            return Read(context, () => PageResult.Of<TrailPage>(context, (nameof(TrailPage.View), TrailView.Read(app.Services.GetRequiredService<ActionHistory>(), http.Request.Query))));
        }).WithMetadata(new ForAllClusters());
        pages.MapGet("/live", (HttpContext http) => feed.Follow(Caller.Of(http).Rights.ClustersOf(Role.Viewer), Looking.Until(http, time)));
        pages.MapAssets();
        pages.MapActions(service, time);

        IResult ExceptionOf(string id, HttpContext http, Func<PageContext, ExceptionView, IResult> show)
        {
            var context = PageResult.Context(http, time, "../../", $"alerts/{id}/exception");
            var seen = Seen.By(service, Caller.Of(http));
            return Read(context, () => seen.History.Find(id) is not [var alert] ? Missing(context, $"There is no alert '{id}'.") : show(context, ExceptionView.Read(service, seen, alert, context.Now)));
        }
    }

    private static IResult FileOf(string name, string text) => text.Length == 0 ? Results.NotFound() : Results.File(Encoding.UTF8.GetBytes(text), "application/yaml", name);

    private static RazorComponentResult Missing(PageContext context, string message) => PageResult.Refusal(context, StatusCodes.Status404NotFound, message);

    // What is in the state may not be readable at the moment; what is in memory still is.
    private static IResult Read(PageContext context, Func<IResult> read)
    {
        try
        {
            return read();
        }
        catch (IOException problem)
        {
            return PageResult.Refusal(context, StatusCodes.Status503ServiceUnavailable, problem.Message);
        }
    }

    private static ValueTask<object?> Headers(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var headers = invocation.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin"; // With none at all a browser would not say either that a form comes from here.
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
        return next(invocation);
    }
}
