using AuditWatch.Sources.Webhook.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.Webhook;

/// <summary>Puts the webhook into an application's routes.</summary>
public static class WebhookRoutes
{
    /// <summary>
    /// Maps <c>POST /webhook</c> and <c>POST /webhook/{cluster}</c>: an EventList, an Event or several, answered with 200 once all events are safe.
    /// Other answers: 400 for what is no JSON at all, 422 for JSON in which nothing is an event, 401 for a stranger, 403 for
    /// who may not speak for the cluster, 413 for too long a body, 415 for a compressed one, 429 and 503 with Retry-After
    /// when the same request may succeed later.
    /// </summary>
    /// <param name="endpoints">The application's routes.</param>
    /// <param name="source">Where the events go.</param>
    /// <param name="access">Who may post them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of refused requests, once a kind.</param>
    /// <returns>The endpoint, for further conventions such as authorization.</returns>
    public static IEndpointConventionBuilder MapWebhook(this IEndpointRouteBuilder endpoints, WebhookSource source, WebhookAccess access, TimeProvider time, ILogger<WebhookSource> logger) =>
        endpoints.MapMethods($"/webhook/{{{WebhookEndpoint.ClusterValue}?}}", [HttpMethods.Post, HttpMethods.Options], new WebhookEndpoint(source, access, time, logger).HandleAsync);
}
