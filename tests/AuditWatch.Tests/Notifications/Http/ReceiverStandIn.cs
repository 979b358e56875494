using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Http;

/// <summary>
/// A receiver's side of HTTP. The second part of a path says how it behaves: <c>hang</c>, <c>close</c>, <c>close-late</c>, <c>endless</c>, <c>redirect</c>,
/// <c>echo</c>, <c>portal</c>, a status with a body and a Retry-After as in <c>429-rate_limited-30</c>, or as the receiver does when it is well.
/// </summary>
public abstract class ReceiverStandIn : HttpStandIn, IAsyncLifetime
{
    /// <summary>What Retry-After says for <c>date</c>: 42 seconds after virtual time begins.</summary>
    public const string RetryDate = "Sat, 21 Nov 2026 00:00:42 GMT";

    /// <summary>What every receiver may answer on a bad day, after which another attempt makes sense.</summary>
    public static readonly IReadOnlyList<string> PassingAnswers = ["429-x-1", "429", "408", "425", "500-rollup_error", "502", "503", "503-x-date", "504", "close", "close-late"];

    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the first request that is left without an answer.</summary>
    public Task Hanging => _hanging.Task;

    public Task InitializeAsync() => StartAsync();

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    /// <summary>Answers a request to a path whose behaviour is none of the common ones.</summary>
    protected abstract Task AcceptAsync(HttpContext http, string[] path);

    protected override async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!.Split('/');
        switch (path[2])
        {
            case "hang":
                _hanging.TrySetResult();
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
                http.Response.Redirect(http.Request.Path.Value.Replace("/redirect/", "/ok/", StringComparison.Ordinal), permanent: false, preserveMethod: true);
                break;
            case "echo":
                http.Response.StatusCode = 404;
                await http.Response.WriteAsync($"Cannot POST {http.Request.Path} {string.Join(' ', http.Request.Headers.Authorization!)}");
                break;
            case "portal":
                await http.Response.WriteAsync("<html>Please log in</html>");
                break;
            case var answer when char.IsAsciiDigit(answer[0]):
                var parts = answer.Split('-');
                http.Response.StatusCode = int.Parse(parts[0], CultureInfo.InvariantCulture);
                http.Response.Headers.RetryAfter = parts.Length < 3 ? default : parts[2] == "date" ? RetryDate : parts[2];
                await http.Response.WriteAsync(parts.Length > 1 ? parts[1] : "");
                break;
            default:
                await AcceptAsync(http, path);
                break;
        }
    }
}
