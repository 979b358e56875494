using System.Text.Json.Nodes;

namespace AuditWatch.Tests.Notifications.Slack;

/// <summary>What Slack's reference asks of a message and its blocks, as far as the blocks we use go. Whatever is not listed is refused.</summary>
internal static class SlackRules
{
    /// <summary>Slack's word for what is wrong with the message; null if nothing is.</summary>
    public static string? Violation(JsonObject message)
    {
        try
        {
            Check(message.All(pair => pair.Key is "text" or "blocks"), "invalid_payload");
            Check(Length(message["text"]) is > 0 and <= 40_000, "no_text");
            var blocks = message["blocks"]!.AsArray();
            Check(blocks.Count is > 0 and <= 50, "invalid_blocks");
            foreach (var block in blocks)
            {
                CheckBlock(block!.AsObject());
            }

            // Not documented: users saw messages refused from about 11,300 characters on.
            Check(Texts(blocks).Sum(Length) <= 11_000, "msg_blocks_too_long");

            return null;
        }
        catch (ArgumentException violation)
        {
            return violation.Message;
        }
        catch (Exception problem) when (problem is InvalidOperationException or NullReferenceException)
        {
            return "invalid_blocks_format";
        }
    }

    private static void CheckBlock(JsonObject block)
    {
        switch ((string?)block["type"])
        {
            case "header":
                Keys(block, "type", "text");
                CheckText(block["text"]!, 150, "plain_text");
                break;
            case "section" when block.ContainsKey("text"):
                Keys(block, "type", "text");
                CheckText(block["text"]!, 3000, "plain_text", "mrkdwn");
                break;
            case "section":
                Keys(block, "type", "fields");
                CheckTexts(block["fields"]!.AsArray(), 2000);
                break;
            case "context":
                Keys(block, "type", "elements");
                CheckTexts(block["elements"]!.AsArray(), 3000);
                break;
            default:
                throw new ArgumentException("invalid_blocks");
        }
    }

    private static void CheckTexts(JsonArray texts, int limit)
    {
        Check(texts.Count is > 0 and <= 10, "invalid_blocks");
        foreach (var text in texts)
        {
            CheckText(text!, limit, "plain_text", "mrkdwn");
        }
    }

    private static void CheckText(JsonNode node, int limit, params string[] types)
    {
        var text = node.AsObject();
        var type = (string?)text["type"];
        Check(types.Contains(type), "invalid_blocks");
        Keys(text, "type", "text", type == "mrkdwn" ? "verbatim" : "emoji");
        Check(Length(text["text"]) is var length && length > 0 && length <= limit, "invalid_blocks");
    }

    private static IEnumerable<JsonNode?> Texts(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(Texts),
        JsonObject item => item.SelectMany(pair => pair.Key == "text" && pair.Value is JsonValue ? [pair.Value] : Texts(pair.Value)),
        _ => [],
    };

    private static int Length(JsonNode? text) => ((string?)text)?.Length ?? 0;

    private static void Keys(JsonObject item, params string[] known) => Check(item.All(pair => known.Contains(pair.Key)), "invalid_blocks");

    private static void Check(bool holds, string violation)
    {
        if (!holds)
        {
            throw new ArgumentException(violation);
        }
    }
}
