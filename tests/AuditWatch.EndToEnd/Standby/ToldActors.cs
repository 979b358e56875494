using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.EndToEnd.Standby;

/// <summary>A webhook receiver that notes which alert of which actor it was told of, and when; it refuses everything while it is down.</summary>
internal sealed class ToldActors : HttpStandIn
{
    private readonly ConcurrentDictionary<string, ImmutableList<long>> _told = new(StringComparer.Ordinal);

    /// <summary>Whether it refuses everything.</summary>
    public volatile bool IsDown;

    /// <summary>When it was told, by detection and actor (<c>exec of alice</c>), by <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public IReadOnlyDictionary<string, ImmutableList<long>> Told => _told;

    protected override async Task AnswerAsync(HttpContext http)
    {
        using var message = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
        if (IsDown)
        {
            http.Response.StatusCode = 503;
            return;
        }

        foreach (var alert in message.RootElement.GetProperty("alerts").EnumerateArray())
        {
            var what = $"{alert.GetProperty("detection").GetProperty("name").GetString()} of {alert.GetProperty("actor").GetString()}";
            _told.AddOrUpdate(what, [Stopwatch.GetTimestamp()], (_, times) => times.Add(Stopwatch.GetTimestamp()));
        }
    }
}
