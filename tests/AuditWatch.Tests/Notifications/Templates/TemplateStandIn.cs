using System.Text.Json.Nodes;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Tests.Notifications.Templates;

/// <summary>A service such as ntfy: takes a topic, a title and a message.</summary>
public sealed class TemplateStandIn : JsonStandIn
{
    protected override (int Status, string Body) Thanks => (200, """{"id":"x"}""");

    protected override string? Violation(JsonObject document, long bytes, HttpRequest request) =>
        document.Select(pair => pair.Key).SequenceEqual(["topic", "title", "message", "ids", "priority"]) && (string?)document["topic"] == "secops" ? null : "wrong";
}
