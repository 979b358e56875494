using System.Text.Json.Nodes;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Teams;

/// <summary>A workflow of Microsoft Teams: takes Adaptive Cards of at most 28 KB with at most six buttons.</summary>
public sealed class TeamsStandIn : JsonStandIn
{
    protected override (int Status, string Body) Thanks => (202, "");

    /// <summary>The card of the latest message.</summary>
    public JsonObject Card => Taken.Last()["attachments"]![0]!["content"]!.AsObject();

    protected override string? Violation(JsonObject document, long bytes, HttpRequest request)
    {
        var attachment = Assert.Single(document["attachments"]!.AsArray())!;
        var card = attachment["content"]!;
        return bytes > 28 * 1024 ? "too large"
            : (string?)document["type"] != "message" || (string?)attachment["contentType"] != "application/vnd.microsoft.card.adaptive" || (string?)card["type"] != "AdaptiveCard" ? "no card"
            : card["body"]!.AsArray().Count == 0 ? "empty"
            : card["actions"]!.AsArray() is { Count: > 6 } ? "too many actions"
            : null;
    }
}
