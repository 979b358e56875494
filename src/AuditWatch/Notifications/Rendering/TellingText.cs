using AuditWatch.Alerts;

namespace AuditWatch.Notifications.Rendering;

/// <summary>Who was told of an alert, and why somebody was not, in words. Its texts are somebody's: escape them for the medium.</summary>
public static class TellingText
{
    private const int NameLimit = 100;
    private const int NoteLimit = 300;

    /// <summary>All of it, such as <c>soc/slack[0] at 2030-01-31 18:00:00 UTC; not told for now: silenced by ann: maintenance (silence 1f3c, until 2030-01-31 20:00:00 UTC)</c>.</summary>
    /// <param name="telling">Who was told.</param>
    /// <param name="zone">The zone of times.</param>
    public static string Of(AlertTelling telling, TimeZoneInfo zone)
    {
        var told = string.Join(", ", telling.Told.Select(one => $"{DisplayText.Of(one.Who, NameLimit)} at {MessageFacts.In(zone, one.At)}{(IsDigest(one) ? " in a digest" : "")}"));
        return telling.NotTold is not { } why ? (told.Length > 0 ? told : "nobody yet")
            : $"{(told.Length > 0 ? $"{told}; not told for now" : "nobody")}: {Of(why)}";
    }

    /// <summary>The least of it that a list needs, such as <c>told soc/slack[0]</c>, <c>silenced by ann</c> or <c>not told yet</c>.</summary>
    public static string Short(AlertTelling telling) =>
        telling.NotTold is { } why ? Brief(why)
        : telling.Told.Count == 0 ? "not told yet"
        : telling.Told.All(IsDigest) ? "told in a digest"
        : $"told {string.Join(", ", telling.Told.Select(one => DisplayText.Of(one.Who, NameLimit)))}";

    private static string Of(AlertEvent why) => $"{Brief(why)}{(why.Note is { Length: > 0 } note && why.Event != "inhibited" ? $": {DisplayText.Of(note, NoteLimit)}" : "")}";

    private static string Brief(AlertEvent why) => why.Event switch
    {
        "silenced" => $"silenced by {DisplayText.Of(why.Who, NameLimit)}",
        "inhibited" => $"inhibited {DisplayText.Of(why.Note, NoteLimit)}",
        "muted" => $"the hours of {DisplayText.Of(why.Who, NameLimit)}",
        _ => $"{DisplayText.Of(why.Who, NameLimit)} could not be told",
    };

    private static bool IsDigest(AlertEvent told) => told.Event == "digested" || told.Note == "digest";
}
