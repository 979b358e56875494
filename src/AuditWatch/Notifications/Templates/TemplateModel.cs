using System.Buffers;
using System.Text.Json;
using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Notifications.Templates;

/// <summary>What a template finds: the keys of the webhook's JSON, and <c>message</c>, the texts that people get elsewhere.</summary>
internal static class TemplateModel
{
    /// <summary>The values by their names.</summary>
    public static IReadOnlyDictionary<string, object?> Of(Notification notification)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            NotificationJson.Write(json, notification);
        }

        using var document = JsonDocument.Parse(bytes.WrittenMemory);
        var model = (Dictionary<string, object?>)Value(document.RootElement)!;
        model["message"] = Texts(Message.From(notification));
        return model;
    }

    private static Dictionary<string, object?> Texts(Message message) => new(StringComparer.Ordinal)
    {
        ["level"] = message.Level.Word(),
        ["isOver"] = message.IsOver,
        ["label"] = message.Label,
        ["headline"] = message.Headline,
        ["subject"] = message.Subject,
        ["news"] = message.News,
        ["summary"] = message.Main?.Summary ?? message.Headline,
        ["incident"] = message.Incident?.Line ?? "",
        ["total"] = message.Total,
        ["link"] = (message.Main?.Link ?? message.List)?.AbsoluteUri ?? "",
        ["text"] = TextLayout.Render(message, coloured: false),
    };

    private static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().ToDictionary(pair => pair.Name, pair => Value(pair.Value), StringComparer.Ordinal),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToList(),
        JsonValueKind.Number => element.GetDecimal(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => element.GetString(),
        _ => null,
    };
}
