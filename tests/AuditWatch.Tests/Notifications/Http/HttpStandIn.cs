using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Http;

/// <summary>
/// A receiver's side of HTTP. The second part of a path says how it behaves: <c>hang</c>, <c>close</c>, <c>close-late</c>, <c>endless</c>, <c>redirect</c>,
/// <c>echo</c>, <c>portal</c>, a status with a body and a Retry-After as in <c>429-rate_limited-30</c>, or as the receiver does when it is well.
/// </summary>
public abstract class HttpStandIn : IAsyncLifetime
{
    /// <summary>What Retry-After says for <c>date</c>: 42 seconds after virtual time begins.</summary>
    public const string RetryDate = "Sat, 21 Nov 2026 00:00:42 GMT";

    /// <summary>What every receiver may answer on a bad day, after which another attempt makes sense.</summary>
    public static readonly IReadOnlyList<string> PassingAnswers = ["429-x-1", "429", "408", "425", "500-rollup_error", "502", "503", "503-x-date", "504", "close", "close-late"];

    private readonly WebApplication _server;
    private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected HttpStandIn()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>Where the server is.</summary>
    protected string Root => _server.Urls.First();

    /// <summary>A port that nobody listens at.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Completes with the first request that is left without an answer.</summary>
    public Task Hanging => _hanging.Task;

    public Task InitializeAsync() => _server.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    /// <summary>Answers a request to a path whose behaviour is none of the common ones.</summary>
    protected abstract Task AnswerAsync(HttpContext http, string[] path);

    private async Task AnswerAsync(HttpContext http)
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
                await AnswerAsync(http, path);
                break;
        }
    }
}
