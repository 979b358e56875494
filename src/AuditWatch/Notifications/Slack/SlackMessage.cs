using System.Text.Json.Nodes;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Slack;

/// <summary>A message in Slack's Block Kit, within the limits Slack documents for blocks and text objects.</summary>
internal static class SlackMessage
{
    private const int HeaderLimit = 150;
    private const int SectionLimit = 3000;
    private const int FieldLimit = 2000;
    private const int RunbookLineLimit = 280;

    /// <summary>The payload of an incoming webhook.</summary>
    public static JsonObject Of(Message message)
    {
        var headline = $"{message.Level.ToString().ToUpperInvariant()}: {message.Title}";
        var blocks = new JsonArray
        {
            new JsonObject { ["type"] = "header", ["text"] = PlainText($"{Emoji(message.Level)} {headline}", HeaderLimit) },
            new JsonObject { ["type"] = "section", ["text"] = PlainText(message.Summary, SectionLimit) },
            new JsonObject { ["type"] = "section", ["fields"] = new JsonArray([.. message.Facts.Select(Field)]) },
        };
        if (message.Why.Count > 0)
        {
            blocks.Add(Section($"*Why it matched*\n{string.Join('\n', message.Why.Select(clause => $"• {SlackText.Code(clause, 250)}"))}{More(message.WhyMore)}"));
        }

        if (message.Runbook.Count > 0)
        {
            blocks.Add(Section($"*Runbook*\n{string.Join('\n', message.Runbook.Select(LinkOrText))}"));
        }

        if (message.NextSteps.Count > 0)
        {
            const string title = "*Look further*\n";
            blocks.Add(Section(title + SlackText.CodeBlock(message.NextSteps, SectionLimit - title.Length)));
        }

        blocks.Add(new JsonObject { ["type"] = "context", ["elements"] = new JsonArray(Markdown(Context(message))) });
        return new JsonObject
        {
            // What phones and screen readers show; blocks are what the channel shows.
            ["text"] = SlackText.Plain($"{headline}: {message.Summary}", SectionLimit),
            ["blocks"] = blocks,
        };
    }

    private static JsonObject Field(Fact fact)
    {
        var name = $"*{fact.Name}*\n";
        return Markdown(name + SlackText.Code(fact.Value, FieldLimit - name.Length));
    }

    private static string Context(Message message)
    {
        var techniques = message.Techniques.Select(technique => $"<{technique.Address}|{technique.Id}>");
        return string.Join("  ·  ", [SlackText.Code(message.Detection, 600), $"alert {SlackText.Code(message.AlertId, 600)}", .. techniques]);
    }

    private static string LinkOrText(string runbook) =>
        Uri.TryCreate(runbook, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? $"<{SlackText.Plain(address.AbsoluteUri.Replace("|", "%7C", StringComparison.Ordinal), RunbookLineLimit)}>"
            : SlackText.Code(runbook, RunbookLineLimit);

    private static string More(int count) => count == 0 ? "" : $"\n• and {count} more";

    private static JsonObject Section(string markdown) => new() { ["type"] = "section", ["text"] = Markdown(markdown) };

    // Verbatim: what looks like an address, a channel or a person in the text is not made one.
    private static JsonObject Markdown(string text) => new() { ["type"] = "mrkdwn", ["text"] = text, ["verbatim"] = true };

    private static JsonObject PlainText(string text, int limit) =>
        new() { ["type"] = "plain_text", ["text"] = SlackText.Plain(text, limit), ["emoji"] = false };

    private static string Emoji(Level level) => level switch
    {
        Level.Critical => "🔴",
        Level.High => "🟠",
        Level.Medium => "🟡",
        Level.Low => "🔵",
        _ => "⚪",
    };
}
