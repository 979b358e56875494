using System.Collections.Concurrent;
using System.Net;
using AuditWatch.Events;
using AuditWatch.Sources.Webhook.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.Webhook;

/// <summary>Handles the HTTP requests of the webhook: authenticates, limits, admits and answers them. Refusals are counted, and each kind is logged once. Thread-safe.</summary>
internal sealed class WebhookEndpoint(WebhookSource source, WebhookAccess access, TimeProvider time, ILogger logger)
{
    /// <summary>The route value that names the cluster.</summary>
    public const string ClusterValue = "cluster";

    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<int, bool> _logged = new();
    private readonly ClusterNames _names = new();

    /// <summary>Answers a POST, or the OPTIONS that asks whether one is welcome.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        WebhookAnswer answer;
        try
        {
            answer = await AnswerAsync(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException problem)
        {
            answer = problem.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? new WebhookAnswer(problem.StatusCode, $"The body is longer than {source.Options.MaxBodyBytes} bytes. Send fewer events at a time.")
                : new WebhookAnswer(problem.StatusCode, "The body could not be read to its end.");
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException)
        {
            // Nobody is there to read the answer; it is for the log and the metrics.
            answer = new WebhookAnswer(StatusCodes.Status499ClientClosedRequest, "The client has gone.");
        }

        source.Metrics.Requests.Add(1, new KeyValuePair<string, object?>("code", answer.Status));
        if (answer.Status >= 400 && _logged.TryAdd(answer.Status, true))
        {
            logger.LogWarning(
                "The webhook answered {Status} to {Client}: {Text} More of the kind are counted in auditwatch_webhook_requests_total and not logged.",
                answer.Status, context.Connection.RemoteIpAddress, answer.Text);
        }

        if (!context.RequestAborted.IsCancellationRequested)
        {
            await (FirehoseDelivery.Of(context.Request) is { } delivery ? delivery.WriteAsync(answer, context.Response, time)
                : answer.IsToOtlpJson || OtlpAnswer.IsFor(context.Request) ? OtlpAnswer.WriteAsync(answer, context.Response)
                : answer.WriteAsync(context.Response)).ConfigureAwait(false);
            if (answer.Status == StatusCodes.Status408RequestTimeout)
            {
                // Reading the body was given up in the middle: the server could not read on to its end, and would log that of each such request. The client has a moment to take the answer before the connection ends.
                await context.Response.CompleteAsync().ConfigureAwait(false);
                await Task.Delay(Linger, time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.Abort();
            }
        }
    }

    // A browser says where a page comes from; a page whose name was made to lead to this machine comes under that name.
    private bool IsOfWebPage(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers.ContainsKey("Origin") || headers.ContainsKey("Sec-Fetch-Site")
            || (!access.IsRequired && context.Connection.LocalIpAddress is { } address && IPAddress.IsLoopback(address) && !IsThisMachine(context.Request.Host.Host));
    }

    private string Named(string chosen)
    {
        var name = _names.Admit(chosen, out var isFirstBeyond);
        if (isFirstBeyond)
        {
            logger.LogWarning(
                "Events were posted for more than {Most} clusters: those of the ones that came later are taken as the cluster {Others}, until a restart. Say under 'auth' who may post for which clusters.", ClusterNames.Capacity, ClusterNames.Others);
        }

        return name;
    }

    private static bool IsThisMachine(string name) =>
        string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private async Task<WebhookAnswer> AnswerAsync(HttpContext context)
    {
        if (IsOfWebPage(context))
        {
            return new WebhookAnswer(403, "AuditWatch takes no events from web pages, and without authentication none for another name than this machine's own, such as localhost.");
        }

        var cluster = context.GetRouteValue(ClusterValue) as string ?? "";
        if (!ClusterNames.IsName(cluster))
        {
            return new WebhookAnswer(400, $"The name of a cluster is made of {ClusterNames.Rule}.");
        }

        var isOutdated = context.Features.Get<JudgedCertificate>() is { } judged && judged.By != access.ClientAuthorities;
        ClientIdentity? identified;
        try
        {
            identified = await access.IdentifyAsync(FirehoseDelivery.Authorization(context.Request), isOutdated ? null : context.Connection.ClientCertificate, context.RequestAborted).ConfigureAwait(false);
        }
        catch (KeysUnavailableException)
        {
            return new WebhookAnswer(503, "AuditWatch cannot tell now whether your ID token is good: the keys of its issuer cannot be fetched. Send the events again.");
        }

        if (identified is not { } client)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            if (isOutdated)
            {
                context.Connection.RequestClose();
                return new WebhookAnswer(401, "The authorities of client certificates have changed since this connection began. It is closed: connect again.");
            }

            return new WebhookAnswer(401, "AuditWatch does not know you. Send one of its bearer tokens, or the ID token of an account that it knows, or show a client certificate with a name that it knows.");
        }

        if (client.Name is not null)
        {
            context.Features.Get<SharedConnection>()?.Note(client.Name);
        }

        if (client.ClusterFor(cluster) is not { } spokenFor)
        {
            return new WebhookAnswer(403, cluster.Length == 0
                ? "You may speak for several clusters. Say for which: /webhook/CLUSTER."
                : "You may not speak for this cluster.");
        }

        if (client.Clusters.Count == 0)
        {
            spokenFor = Named(spokenFor);
        }

        if (HttpMethods.IsOptions(context.Request.Method))
        {
            return EventGridHandshake.Allow(context);
        }

        if (RequestBody.TryOpen(context.Request, source.Options.MaxBodyBytes) is not { } body)
        {
            context.Response.Headers.AcceptEncoding = RequestBody.Encodings;
            return new WebhookAnswer(415, $"The body is encoded in a way that AuditWatch does not read. Send it as it is, or use one of: {RequestBody.Encodings}.");
        }

        await using var _ = body.ConfigureAwait(false);
        if (EventGridHandshake.Is(context.Request))
        {
            return await EventGridHandshake.AnswerAsync(body, context.RequestAborted).ConfigureAwait(false);
        }

        var sender = client.Name ?? ConnectionShares.NetworkOf(context.Connection.RemoteIpAddress);
        var oneOfSeveral = client.Clusters.Count == 1 ? null : spokenFor;
        switch (source.TryEnter(sender, oneOfSeveral))
        {
            case WebhookSource.Entry.Full:
                return new WebhookAnswer(429, "AuditWatch is busy with earlier requests. Send the events again.");
            case WebhookSource.Entry.Closed:
                return new WebhookAnswer(503, "AuditWatch takes no events at the moment. Send them again.");
        }

        source.Metrics.ActiveRequests.Add(1);
        try
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = source.Options.MaxBodyBytes;
            }

            var request = new WebhookRequest(source, sender, new MemoryShare(source.Quota, sender), new EventOrigin("webhook", spokenFor), time);
            return await request.ProcessAsync(body, OtlpAnswer.IsFor(context.Request), context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            source.Metrics.ActiveRequests.Add(-1);
            source.Leave(sender, oneOfSeveral);
        }
    }
}
