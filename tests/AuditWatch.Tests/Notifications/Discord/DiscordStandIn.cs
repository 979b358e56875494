using System.Text.Json.Nodes;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Discord;

/// <summary>Discord's side of a webhook, with the limits of embeds that it documents.</summary>
public sealed class DiscordStandIn : JsonStandIn
{
    protected override (int Status, string Body) Thanks => (204, "");

    protected override string? Violation(JsonObject document, long bytes, HttpRequest request)
    {
        var embed = Assert.Single(document["embeds"]!.AsArray())!;
        var fields = embed["fields"]!.AsArray();
        var total = Length(embed["title"]) + Length(embed["description"]) + Length(embed["footer"]!["text"]) + fields.Sum(field => Length(field!["name"]) + Length(field["value"]));
        return Length(embed["title"]) is 0 or > 256 ? "title" : Length(embed["description"]) > 4096 ? "description"
            : fields.Count > 25 || fields.Any(field => Length(field!["name"]) is 0 or > 256 || Length(field["value"]) is 0 or > 1024) ? "fields"
            : Length(embed["footer"]!["text"]) > 2048 ? "footer" : total > 6000 ? "total" : null;
    }

    private static int Length(JsonNode? text) => ((string?)text ?? "").Length;
}
