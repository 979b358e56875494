using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.EndToEnd.Crash;

/// <summary>A webhook receiver that fails now and then: refuses, breaks off, takes its time. Notes what it has really taken, by the actor of the alert.</summary>
internal sealed class MoodyReceiver : HttpStandIn
{
    private readonly Random _mood = new(2);
    private readonly ConcurrentDictionary<string, ImmutableList<long>> _taken = new(StringComparer.Ordinal);

    /// <summary>Whether everything is taken at once.</summary>
    public bool IsWell { get; set; }

    /// <summary>When the alert of each actor was taken, by <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public IReadOnlyDictionary<string, ImmutableList<long>> Taken => _taken;

    protected override async Task AnswerAsync(HttpContext http)
    {
        using var message = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
        int mood;
        lock (_mood)
        {
            mood = IsWell ? 0 : _mood.Next(100);
        }

        switch (mood)
        {
            case >= 95:
                http.Abort();
                return;
            case >= 85:
                http.Response.StatusCode = 500;
                return;
            case >= 75:
                http.Response.StatusCode = 429;
                http.Response.Headers.RetryAfter = "1";
                return;
            case >= 65:
                await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, http.RequestAborted);
                break;
        }

        foreach (var alert in message.RootElement.GetProperty("alerts").EnumerateArray())
        {
            _taken.AddOrUpdate(alert.GetProperty("actor").GetString()!, [Stopwatch.GetTimestamp()], (_, times) => times.Add(Stopwatch.GetTimestamp()));
        }
    }
}
