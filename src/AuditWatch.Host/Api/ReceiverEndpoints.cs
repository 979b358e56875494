using AuditWatch.Access;
using AuditWatch.Host.Api.Description;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Processing;

namespace AuditWatch.Host.Api;

/// <summary><c>GET /api/v1/receivers</c>: who can be told, and what waits for them. <c>POST /api/v1/receivers/{name}/test</c> with <c>{"by":"…"}</c>, for admins: a test message, and how it went.</summary>
internal static class ReceiverEndpoints
{
    public static void MapReceivers(this IEndpointRouteBuilder api, AuditWatchService service)
    {
        api.MapGet("receivers", () => Results.Json(service.Routing.Receivers.Select(receiver => new ReceiverShape(
            receiver.Name, [.. receiver.Integrations.Select(way => new WayShape(way.Notifier.Name, service.Outbox.Waiting.GetValueOrDefault(way.Notifier.Name)))])))).ForAllClusters(Role.Viewer)
            .Says("Who can be told, each way of them, and how many notifications wait for it.", typeof(IReadOnlyList<ReceiverShape>));
        api.MapPost("receivers/{name}/test", (string name, HttpRequest request) => TestAsync(service, name, request)).ForAllClusters(Role.Admin)
            .Says("Sends a receiver a test message, each way of it in one attempt, and says how it went. What can be resolved is resolved at once.", typeof(ReceiverTestShape), typeof(WhoShape));
    }

    private static async Task<IResult> TestAsync(AuditWatchService service, string name, HttpRequest request)
    {
        var (body, unusable) = await ApiBody.ReadAsync(request);
        if (unusable is not null)
        {
            return unusable;
        }

        if (WhoBody.Read(body, out var errors) is not { } who)
        {
            return Problem.Result(StatusCodes.Status400BadRequest, errors);
        }

        return await service.ReceiverTests.SendAsync(name, who, request.HttpContext.RequestAborted) is not { } test
            ? Problem.Result(StatusCodes.Status404NotFound, $"there is no receiver '{DisplayText.Of(name, 100)}'{Yaml.Suggestion.For(name, service.Routing.Receivers.Select(receiver => receiver.Name))}")
            : Results.Json(new ReceiverTestShape(test.Receiver, test.At, test.By, [.. test.Ways.Select(way => new TestedWayShape(way.Name, way.IsDelivered, way.Words))]));
    }
}
