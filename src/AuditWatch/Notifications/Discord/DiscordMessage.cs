using System.Text;
using System.Text.Json.Nodes;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Discord;

/// <summary>
/// A message as one embed, within Discord's limits: a title of 256 characters, a description of 4,096, 25 fields of 256 and 1,024, and 6,000 in all. Nobody is mentioned, whatever it says.
/// </summary>
internal static class DiscordMessage
{
    private const int TitleLimit = 256;
    private const int DescriptionLimit = 3_000;
    private const int FieldsLimit = 2_600;

    /// <summary>The body of a webhook's request.</summary>
    public static JsonObject Of(Notification notification)
    {
        var message = Message.From(notification);
        var embed = new JsonObject
        {
            ["title"] = $"{LevelSign.Of(message)} {DiscordText.Plain($"{message.Label}: {message.Headline}", TitleLimit - 3)}",
            ["description"] = Description(message),
            ["color"] = LevelSign.Colour(message),
            ["fields"] = Fields(message),
            ["footer"] = new JsonObject { ["text"] = message.Main is { } alert ? $"{alert.Detection} · alert {alert.Id}" : "AuditWatch" },
            ["timestamp"] = notification.DueAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", null),
        };
        if ((message.Main?.Link ?? message.List) is { } link)
        {
            embed["url"] = link.AbsoluteUri;
        }

        return new JsonObject { ["embeds"] = new JsonArray(embed), ["allowed_mentions"] = new JsonObject { ["parse"] = new JsonArray() } };
    }

    private static string Description(Message message)
    {
        var text = new StringBuilder();
        Add(Plain(message.News));
        if (message.Main is { } alert)
        {
            Add(Plain(alert.Summary));
            Add(Plain(message.Incident?.Line ?? ""));
            Add(string.Join("  ·  ", MessageLinks.Of(message).Select(link => $"[{link.Text}]({link.Address.AbsoluteUri.Replace(")", "%29", StringComparison.Ordinal)})")));
            Add(DiscordText.CodeBlock(alert.NextSteps), alert.NextSteps.Count);
        }

        var lines = message.Digest.Select(line => DiscordText.Code(line, 160)).Concat(message.Others.Select(Line)).ToList();
        var left = lines.Count(line => !Add($"• {line}")) + message.More;
        if (left > 0)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"• and {left} more");
        }

        return text.ToString();

        // Whole lines only.
        bool Add(string line, int count = 1)
        {
            if (line.Length == 0 || count == 0)
            {
                return true;
            }

            var fits = text.Length + line.Length + 1 <= DescriptionLimit;
            text.Append(fits ? $"{line}\n" : "");
            return fits;
        }
    }

    private static JsonArray Fields(Message message)
    {
        var (fields, room) = (new JsonArray(), FieldsLimit);
        if (message.Main is { } alert)
        {
            foreach (var fact in alert.Facts)
            {
                Add(fact.Name, DiscordText.Code(fact.Value, 400), isInline: fact.Value.Length <= 40);
            }

            Add("Why it matched", string.Join('\n', alert.Why.Take(5).Select(clause => DiscordText.Code(clause, 150))));
            Add("Runbook", string.Join('\n', alert.RunbookSteps.Select(Plain)));
        }

        return fields;

        void Add(string name, string value, bool isInline = false)
        {
            if (value.Length is > 0 and <= 1024 && name.Length + value.Length <= room)
            {
                room -= name.Length + value.Length;
                fields.Add(new JsonObject { ["name"] = name, ["value"] = value, ["inline"] = isInline });
            }
        }
    }

    private static string Plain(string text) => text.Length == 0 ? "" : DiscordText.Plain(text, 800);

    private static string Line(MessageLine alert)
    {
        var id = alert.Link is null ? DiscordText.Code(alert.Id, 110) : $"[{DiscordText.Plain(alert.Id, 110)}]({alert.Link.AbsoluteUri})";
        var state = alert.State.Length == 0 ? "" : $" {DiscordText.Code(alert.State, 140)}";
        return $"{LevelSign.Of(alert.Level)} {alert.Level.Word()} {DiscordText.Code(alert.Detection, 80)} {DiscordText.Code(alert.Summary, 250)}{state} {id}";
    }
}
