using System.Globalization;
using System.Text.Json.Nodes;

namespace AuditWatch.Tests.Notifications;

/// <summary>Looks at a document of JSON as somebody does who shows its texts as they are.</summary>
internal static class PlainText
{
    /// <summary>Every text in the document, keys among them.</summary>
    public static IEnumerable<string> Of(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => Of(pair.Value).Prepend(pair.Key)),
        JsonArray list => list.SelectMany(Of),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    /// <summary>Fails if a text has characters in it that are not seen, or that turn or break lines.</summary>
    /// <param name="node">The document.</param>
    /// <param name="lines">Whether texts may have several lines.</param>
    public static void AssertHarmless(JsonNode? node, bool lines = false) => Assert.All(Of(node), text => Assert.DoesNotContain(text, character =>
        !(lines && character == '\n') && char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
}
