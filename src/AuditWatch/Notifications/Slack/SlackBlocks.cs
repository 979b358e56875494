using System.Text.Json.Nodes;

namespace AuditWatch.Notifications.Slack;

/// <summary>
/// The blocks of a message, within the limits Slack documents for blocks and text objects, and the one it does not: a message whose texts come to
/// somewhat more than eleven thousand characters is refused with <c>msg_blocks_too_long</c>. Not thread-safe.
/// </summary>
internal sealed class SlackBlocks
{
    /// <summary>The most characters of a section.</summary>
    public const int SectionLimit = 3000;

    /// <summary>The most texts in <see cref="Fields"/>.</summary>
    public const int MostFields = 10;

    private const int HeaderLimit = 150;
    private const int TotalLimit = 10_000;
    private readonly JsonArray _blocks = [];
    private int _used;

    /// <summary>How many more characters a section may have.</summary>
    public int Room => Math.Min(SectionLimit, TotalLimit - _used);

    /// <summary>The blocks, to be put into a message.</summary>
    public JsonArray ToJson() => _blocks;

    /// <summary>The headline.</summary>
    public void Header(string text) => Add(new JsonObject { ["type"] = "header", ["text"] = PlainText(text, HeaderLimit) });

    /// <summary>A text without markup; nothing if it is empty.</summary>
    public void Plain(string text, int limit)
    {
        if (text.Length > 0)
        {
            Add(new JsonObject { ["type"] = "section", ["text"] = PlainText(text, limit) });
        }
    }

    /// <summary>A text in Slack's markup.</summary>
    public void Section(string markdown) => Add(new JsonObject { ["type"] = "section", ["text"] = Markdown(markdown) });

    /// <summary>Up to <see cref="MostFields"/> short texts in Slack's markup, in two columns.</summary>
    public void Fields(IEnumerable<string> markdown) => AddList("section", "fields", markdown);

    /// <summary>A text in Slack's markup, small.</summary>
    public void Context(string markdown) => AddList("context", "elements", [markdown]);

    private void AddList(string type, string key, IEnumerable<string> markdown)
    {
        var texts = new JsonArray([.. markdown.Select(Markdown)]);
        if (texts.Count > 0)
        {
            Add(new JsonObject { ["type"] = type, [key] = texts });
        }
    }

    private void Add(JsonObject block) => _blocks.Add(block);

    // Verbatim: what looks like an address, a channel or a person in the text is not made one.
    private JsonObject Markdown(string text)
    {
        _used += text.Length;
        return new JsonObject { ["type"] = "mrkdwn", ["text"] = text, ["verbatim"] = true };
    }

    private JsonObject PlainText(string text, int limit)
    {
        var shown = SlackText.Plain(text, limit);
        _used += shown.Length;
        return new JsonObject { ["type"] = "plain_text", ["text"] = shown, ["emoji"] = false };
    }
}
