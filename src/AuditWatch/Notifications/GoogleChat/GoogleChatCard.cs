using System.Text.Json.Nodes;
using AuditWatch.Notifications.Http;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.GoogleChat;

/// <summary>
/// A message as a card of Google Chat: at most 32,000 bytes. Cards show some HTML, so texts are encoded; what belongs to one conversation goes into one thread.
/// </summary>
internal static class GoogleChatCard
{
    private const int WidgetsLimit = 24_000;

    /// <summary>The body of a webhook's request.</summary>
    public static JsonObject Of(Notification notification)
    {
        var message = Message.From(notification);
        var card = new JsonObject
        {
            ["header"] = new JsonObject { ["title"] = Html($"{LevelSign.Of(message)} {message.Label}"), ["subtitle"] = Html(message.Headline) },
            ["sections"] = new JsonArray(new JsonObject { ["widgets"] = Widgets(message) }),
        };
        return new JsonObject
        {
            ["cardsV2"] = new JsonArray(new JsonObject { ["cardId"] = "auditwatch", ["card"] = card }),
            ["thread"] = new JsonObject { ["threadKey"] = notification.GroupKey },
        };
    }

    private static JsonArray Widgets(Message message)
    {
        var widgets = new BoundedArray(WidgetsLimit);
        var links = MessageLinks.Of(message).Select(Button).ToArray<JsonNode>();
        if (links.Length > 0)
        {
            widgets.TryAdd(new JsonObject { ["buttonList"] = new JsonObject { ["buttons"] = new JsonArray(links) } });
        }

        Paragraph(message.News);
        if (message.Main is { } alert)
        {
            Paragraph(alert.Summary);
            Paragraph(message.Incident?.Line ?? "");
            foreach (var fact in alert.Facts)
            {
                Labelled(fact.Name, [DisplayText.Of(fact.Value, 300)]);
            }

            Labelled("Look further", alert.NextSteps);
            Labelled("Why it matched", alert.Why);
            Labelled("Runbook", [.. alert.RunbookSteps]);
            Paragraph($"{alert.Detection} · alert {alert.Id}");
        }

        Labelled("In short", message.Digest);
        var left = message.Others.Count(line => !Paragraph(line.Text)) + message.More;
        Paragraph(left == 0 ? "" : $"and {left} more");
        return widgets.ToJson();

        bool Paragraph(string text) => text.Length == 0 || widgets.TryAdd(new JsonObject { ["textParagraph"] = new JsonObject { ["text"] = Html(text) } });

        void Labelled(string label, IReadOnlyList<string> lines)
        {
            if (lines.Count > 0)
            {
                widgets.TryAdd(new JsonObject { ["decoratedText"] = new JsonObject { ["topLabel"] = label, ["text"] = string.Join("<br>", lines.Select(Html)), ["wrapText"] = true } });
            }
        }
    }

    private static JsonObject Button((Uri Address, string Text) link) =>
        new() { ["text"] = link.Text, ["onClick"] = new JsonObject { ["openLink"] = new JsonObject { ["url"] = link.Address.AbsoluteUri } } };

    private static string Html(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
