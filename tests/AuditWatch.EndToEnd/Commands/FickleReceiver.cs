using System.Collections.Concurrent;
using System.Text.Json;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.EndToEnd.Commands;

/// <summary>A webhook receiver that rejects everything until it is told to take it.</summary>
internal sealed class FickleReceiver : HttpStandIn
{
    /// <summary>Whether it takes what comes.</summary>
    public bool Takes { get; set; }

    /// <summary>The actors of the alerts that it has taken, in order.</summary>
    public ConcurrentQueue<string> Taken { get; } = new();

    protected override async Task AnswerAsync(HttpContext http)
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
