using System.Text.Json.Nodes;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.GoogleChat;

/// <summary>Google Chat's side of a space's webhook: takes messages of at most 32,000 bytes with at most 100 widgets.</summary>
public sealed class GoogleChatStandIn : JsonStandIn
{
    protected override (int Status, string Body) Thanks => (200, """{"name":"spaces/AAAA/messages/BBBB.CCCC","thread":{"name":"spaces/AAAA/threads/DDDD"}}""");

    /// <summary>The widgets of the latest message.</summary>
    public JsonArray Widgets => Taken.Last()["cardsV2"]![0]!["card"]!["sections"]![0]!["widgets"]!.AsArray();

    protected override string? Violation(JsonObject document, long bytes, HttpRequest request)
    {
        var card = Assert.Single(document["cardsV2"]!.AsArray())!["card"]!;
        return bytes > 32_000 ? "too large"
            : string.IsNullOrEmpty((string?)card["header"]!["title"]) ? "no title"
            : card["sections"]![0]!["widgets"]!.AsArray() is { Count: 0 or > 100 } ? "widgets"
            : request.Query["messageReplyOption"] != "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD" || request.Query["key"] != NotifierContract.Canary ? "query"
            : null;
    }
}
