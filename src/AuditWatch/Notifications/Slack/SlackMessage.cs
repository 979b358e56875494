using System.Text.Json.Nodes;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Slack;

/// <summary>A message in Slack's Block Kit.</summary>
internal static class SlackMessage
{
    private const int TextLimit = 3000;
    private const int SummaryLimit = 700;
    private const int FieldLimit = 400;
    private const int PartLimit = 1100;

    /// <summary>The whole message: <c>text</c> and <c>blocks</c>.</summary>
    public static JsonObject Of(Message message)
    {
        var blocks = new SlackBlocks();
        blocks.Header($"{LevelSign.Of(message)} {message.Label}: {message.Headline}");
        blocks.Plain(message.News, SummaryLimit);
        if (message.Main is { } alert)
        {
            blocks.Plain(alert.Summary, SummaryLimit);
            blocks.Plain(message.Incident?.Line ?? "", SummaryLimit);
            foreach (var facts in alert.Facts.Chunk(SlackBlocks.MostFields))
            {
                blocks.Fields(facts.Select(fact => $"*{fact.Name}*\n{SlackText.Code(fact.Value, FieldLimit)}"));
            }

            Part(blocks, "*Why it matched*", [.. alert.Why.Select(clause => $"• {SlackText.Code(clause, 250)}")], alert.WhyMore);
            Runbook(blocks, alert);
            Commands(blocks, alert.NextSteps);
        }

        Part(blocks, "", [.. message.Digest.Select(line => $"• {SlackText.Code(line, 250)}")], 0, SlackBlocks.SectionLimit);
        Part(blocks, message.Main is null ? "*Alerts*" : "*Further alerts*", [.. message.Others.Select(Line)], message.More, SlackBlocks.SectionLimit);
        blocks.Context(Context(message));
        return new JsonObject { ["text"] = Fallback(message), ["blocks"] = blocks.ToJson() };
    }

    /// <summary>What is new, to be put below the whole message: <c>text</c> and <c>blocks</c>.</summary>
    public static JsonObject Reply(Message message)
    {
        var blocks = new SlackBlocks();
        blocks.Plain(message.News, SummaryLimit);
        blocks.Plain($"{LevelSign.Of(message)} {message.Label}: {message.Subject}", SummaryLimit);
        blocks.Plain(message.Incident?.Line ?? "", SummaryLimit);
        if (message.Main?.Facts.FirstOrDefault(fact => fact.Name == "Count") is { Value: { } count })
        {
            blocks.Section(SlackText.Code(count, FieldLimit));
        }

        Part(blocks, "", [.. message.Others.Select(Line)], message.More, SlackBlocks.SectionLimit);
        blocks.Context(Context(message));
        return new JsonObject { ["text"] = Fallback(message), ["blocks"] = blocks.ToJson() };
    }

    // What phones and screen readers show; blocks are what the channel shows.
    private static string Fallback(Message message) =>
        SlackText.Plain($"{message.Label}: {message.Headline}: {(message.News.Length > 0 ? message.News : message.Main?.Summary ?? message.News)}", TextLimit);

    private static void Part(SlackBlocks blocks, string title, IReadOnlyList<string> lines, int more = 0, int limit = PartLimit)
    {
        if (lines.Count + more > 0)
        {
            blocks.Section(SlackText.Lines(title, lines, more, Math.Min(limit, blocks.Room)));
        }
    }

    // Links need markup, and sentences are better off without.
    private static void Runbook(SlackBlocks blocks, MessageAlert alert)
    {
        if (alert.Runbook.Count > 0)
        {
            blocks.Section(SlackText.Lines("*Runbook*", [.. alert.RunbookLinks.Select(SlackText.Link)], 0, PartLimit));
            blocks.Plain(string.Join('\n', alert.RunbookSteps), PartLimit);
        }
    }

    private static void Commands(SlackBlocks blocks, IReadOnlyList<string> commands)
    {
        const string title = "*Look further*\n";
        if (commands.Count > 0)
        {
            blocks.Section(title + SlackText.CodeBlock(commands, PartLimit - title.Length));
        }
    }

    private static string Line(MessageLine alert)
    {
        var id = alert.Link is null ? SlackText.Code(alert.Id, 110) : SlackText.Link(alert.Link, alert.Id);
        var state = alert.State.Length == 0 ? "" : $" · {SlackText.Code(alert.State, 140)}";
        return $"{LevelSign.Of(alert.Level)} {alert.Level.Word()} {SlackText.Code(alert.Detection, 80)} {SlackText.Code(alert.Summary, 250)}{state} {id}";
    }

    private static string Context(Message message)
    {
        List<string> parts = [];
        if (message.Main is { } alert)
        {
            parts.Add(SlackText.Code(alert.Detection, 200));
            parts.Add($"alert {(alert.Link is null ? SlackText.Code(alert.Id, 200) : SlackText.Link(alert.Link, alert.Id))}");
            parts.AddRange(alert.Techniques.Take(5).Select(technique => SlackText.Link(technique.Address, technique.Id)));
        }

        if (message.Incident is { } incident)
        {
            parts.Add($"incident {(incident.Link is null ? SlackText.Code(incident.Id, 200) : SlackText.Link(incident.Link, incident.Id))}");
        }

        if (message.List is { } list && message.Total > 1)
        {
            parts.Add(SlackText.Link(list, "all alerts"));
        }

        return string.Join("  ·  ", parts.DefaultIfEmpty("AuditWatch"));
    }
}
