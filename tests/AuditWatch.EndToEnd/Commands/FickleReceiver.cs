using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.EndToEnd.Commands;

/// <summary>A webhook receiver that rejects everything until it is told to take it.</summary>
internal sealed class FickleReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;

    private FickleReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    public string Url => _server.Urls.First();

    /// <summary>Whether it takes what comes.</summary>
    public bool Takes { get; set; }

    /// <summary>The actors of the alerts that it has taken, in order.</summary>
    public ConcurrentQueue<string> Taken { get; } = new();

    public static async Task<FickleReceiver> StartAsync()
    {
        var receiver = new FickleReceiver();
        await receiver._server.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var message = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
        if (Takes)
        {
            Taken.Enqueue(message.RootElement.GetProperty("alerts")[0].GetProperty("actor").GetString()!);
        }
        else
        {
            http.Response.StatusCode = 400;
        }
    }
}
