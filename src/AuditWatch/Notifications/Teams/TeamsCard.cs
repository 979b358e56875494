using System.Text.Json.Nodes;
using AuditWatch.Detection;
using AuditWatch.Notifications.Http;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Teams;

/// <summary>
/// A message as an Adaptive Card, which a workflow of Microsoft Teams posts: at most 28 KB, with at most six buttons. Every text is a text run of a rich text block, in which, unlike in a text
/// block, Teams interprets no Markdown.
/// </summary>
internal static class TeamsCard
{
    private const int BodyLimit = 20_000;
    private const int MostActions = 6;

    /// <summary>The body of a request to a workflow with the trigger "When a Teams webhook request is received".</summary>
    public static JsonObject Of(Notification notification)
    {
        var message = Message.From(notification);
        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.4",
            ["msteams"] = new JsonObject { ["width"] = "Full" },
            ["body"] = Body(message),
            ["actions"] = new JsonArray([.. MessageLinks.Of(message).Take(MostActions).Select(link => new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = link.Text, ["url"] = link.Address.AbsoluteUri })]),
        };
        return new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["contentUrl"] = null, ["content"] = card }),
        };
    }

    private static JsonArray Body(Message message)
    {
        var body = new BoundedArray(BodyLimit);
        var title = Run($"{LevelSign.Of(message)} {message.Label}: {message.Headline}", "Default");
        (title["weight"], title["size"], title["color"]) = ("Bolder", "Large", message.IsOver ? "Good" : message.Level >= Level.High ? "Attention" : "Warning");
        body.TryAdd(Block(title));
        Add(message.News);
        if (message.Main is { } alert)
        {
            Add(alert.Summary);
            Add(message.Incident?.Line ?? "");
            body.AddAll(alert.Facts.Select(fact => Block(Bold($"{fact.Name}  "), Run(DisplayText.Of(fact.Value, 300), "Monospace"))));
            List("Look further", alert.NextSteps);
            List("Why it matched", alert.Why);
            List("Runbook", [.. alert.RunbookSteps]);
            body.TryAdd(Block(Run($"{alert.Detection} · alert {alert.Id}", "Default")));
        }

        List("In short", message.Digest);
        var left = List(message.Main is null ? "Alerts" : "Further alerts", [.. message.Others.Select(line => line.Text)]) + message.More;
        Add(left == 0 ? "" : $"and {left} more");
        return body.ToJson();

        void Add(string text)
        {
            if (text.Length > 0)
            {
                body.TryAdd(Block(Run(text, "Default")));
            }
        }

        int List(string heading, IReadOnlyList<string> lines) => lines.Count > 0 && body.TryAdd(Block(Bold(heading))) ? body.AddAll(lines.Select(line => Block(Run(line, "Monospace")))) : lines.Count;
    }

    private static JsonObject Block(params JsonNode[] runs) => new() { ["type"] = "RichTextBlock", ["spacing"] = "Small", ["inlines"] = new JsonArray(runs) };

    private static JsonObject Bold(string text) => new() { ["type"] = "TextRun", ["text"] = text, ["weight"] = "Bolder" };

    private static JsonObject Run(string text, string font) => new() { ["type"] = "TextRun", ["text"] = text, ["fontType"] = font };
}
