using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Http;

/// <summary>Whatever the service talks HTTP to, on a free port of loopback.</summary>
public abstract class HttpStandIn : IAsyncDisposable
{
    private readonly WebApplication _server;

    protected HttpStandIn()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>Where the server is, without a slash at the end; once it is started.</summary>
    public string Root => _server.Urls.First();

    /// <summary>A port that nobody listens at.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts a server that answers every request in one way.</summary>
    public static async Task<HttpStandIn> StartAsync(RequestDelegate answer)
    {
        var server = new OneWay(answer);
        await server.StartAsync();
        return server;
    }

    public Task StartAsync() => _server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Answers a request.</summary>
    protected abstract Task AnswerAsync(HttpContext http);

    private sealed class OneWay(RequestDelegate answer) : HttpStandIn
    {
        protected override Task AnswerAsync(HttpContext http) => answer(http);
    }
}
