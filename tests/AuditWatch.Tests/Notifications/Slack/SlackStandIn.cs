using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Slack;

/// <summary>
/// Slack's side of an incoming webhook: refuses, in Slack's words, what Slack documents as invalid, and on other paths gives the answers that
/// Slack gives on bad days.
/// </summary>
public sealed class SlackStandIn : IAsyncLifetime
{
    private readonly WebApplication _server;

    public SlackStandIn()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>The payloads that were taken.</summary>
    public ConcurrentQueue<JsonObject> Taken { get; } = new();

    /// <summary>The address of the webhook that behaves as <paramref name="behaviour"/> says, and has <paramref name="secret"/> in it.</summary>
    public string Address(string behaviour, string secret) => $"{_server.Urls.First()}/services/{behaviour}/{secret}";

    public Task InitializeAsync() => _server.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var parts = http.Request.Path.Value!.Split('/');
        switch (parts[2])
        {
            case "ok":
                var problem = await TakeAsync(http.Request);
                http.Response.StatusCode = problem is null ? 200 : 400;
                await http.Response.WriteAsync(problem ?? "ok");
                break;
            case "hang":
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
                break;
            case "close":
                http.Abort();
                break;
            case "close-late":
                http.Response.ContentLength = 100;
                await http.Response.WriteAsync("o");
                await http.Response.Body.FlushAsync();
                http.Abort();
                break;
            case "endless":
                while (!http.RequestAborted.IsCancellationRequested)
                {
                    await http.Response.Body.WriteAsync(new byte[65536]);
                }

                break;
            case "redirect":
                http.Response.Redirect(Address("ok", parts[3]), permanent: false, preserveMethod: true);
                break;
            case "echo":
                http.Response.StatusCode = 404;
                await http.Response.WriteAsync($"Cannot POST {http.Request.Path}");
                break;
            case "portal":
                await http.Response.WriteAsync("<html>Please log in</html>");
                break;
            default:
                var answer = parts[2].Split('-');
                http.Response.StatusCode = int.Parse(answer[0], System.Globalization.CultureInfo.InvariantCulture);
                http.Response.Headers.RetryAfter = answer.Length > 2 ? answer[2] : default;
                await http.Response.WriteAsync(answer.Length > 1 ? answer[1] : "");
                break;
        }
    }

    private async Task<string?> TakeAsync(HttpRequest request)
    {
        if (request.Method != "POST" || request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
        {
            return "invalid_payload";
        }

        JsonObject payload;
        try
        {
            payload = (await JsonNode.ParseAsync(request.Body))!.AsObject();
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return "invalid_payload";
        }

        if (SlackRules.Violation(payload) is { } violation)
        {
            return violation;
        }

        Taken.Enqueue(payload);
        return null;
    }
}
