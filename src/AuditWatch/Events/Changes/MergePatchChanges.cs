using System.Globalization;
using System.Text.Json;

namespace AuditWatch.Events.Changes;

/// <summary>
/// What a merge patch (RFC 7386), a strategic merge patch or an applied configuration sets and removes, value by value. Of a strategic one <c>$patch</c> and <c>$deleteFromPrimitiveList/…</c> are
/// obeyed; what only orders is left out.
/// </summary>
internal static class MergePatchChanges
{
    private const string DeleteFrom = "$deleteFromPrimitiveList/";

    /// <summary>Adds what an object sets.</summary>
    /// <param name="patch">The object.</param>
    /// <param name="change">What it is called.</param>
    /// <param name="path">Where it is.</param>
    /// <param name="lines">Where to.</param>
    public static void Read(JsonElement patch, string change, ChangePath path, ChangeLines lines)
    {
        foreach (var member in patch.EnumerateObject())
        {
            var key = JsonText.NameOf(member);
            if (key.StartsWith(DeleteFrom, StringComparison.Ordinal))
            {
                lines.Add("removed", path.Below(key[DeleteFrom.Length..]), member.Value);
            }
            else if (!key.StartsWith('$') && !Redaction.IsCopyOfObject(key) && !IsLabel(key, patch, path))
            {
                ReadValue(member.Value, change, path.Below(key), lines);
            }
        }
    }

    /// <summary>Adds that a value is set, or what of it.</summary>
    public static void ReadValue(JsonElement value, string change, ChangePath path, ChangeLines lines)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            lines.Add("removed", path);
        }
        else if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any())
        {
            ReadObject(value, change, path, lines);
        }
        else if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value.EnumerateArray().All(element => element.ValueKind == JsonValueKind.Object))
        {
            var place = 0;
            foreach (var element in value.EnumerateArray())
            {
                ReadValue(element, change, path.Element(LabelOf(element, place++)), lines);
            }
        }
        else
        {
            lines.Add(change, path, value);
        }
    }

    /// <summary>What an element of an array is called: its name, by which most are merged, or else its place.</summary>
    public static string LabelOf(JsonElement element, int place) => JsonText.Of(element, "name") is { Length: > 0 } name ? name : place.ToString(CultureInfo.InvariantCulture);

    // The way to an element has its name already; of one that has nothing else it is what is set.
    private static bool IsLabel(string key, JsonElement element, ChangePath path) =>
        key == "name" && path.Label.Length > 0 && JsonText.Of(element, key) == path.Label && element.EnumerateObject().Skip(1).Any();

    private static void ReadObject(JsonElement value, string change, ChangePath path, ChangeLines lines)
    {
        var directive = JsonText.Of(value, "$patch");
        if (directive == "delete")
        {
            lines.Add("removed", path);
            return;
        }

        if (directive == "replace")
        {
            lines.Add("replaced", path);
        }

        Read(value, change, path, lines);
    }
}
