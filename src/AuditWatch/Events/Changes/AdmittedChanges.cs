using System.Text.Json;

namespace AuditWatch.Events.Changes;

/// <summary>
/// How the object that the server answers with differs from the one that was sent: what admission and the server itself made of it. What the server keeps in every object (its version, its status,
/// who manages which field) is left out.
/// </summary>
internal static class AdmittedChanges
{
    private static readonly string[] Bookkeeping =
        ["kind", "apiVersion", "status", "metadata.managedFields", "metadata.resourceVersion", "metadata.generation", "metadata.uid", "metadata.selfLink"];

    /// <summary>Adds how two objects differ.</summary>
    public static void Read(JsonElement sent, JsonElement answered, ChangePath path, ChangeLines lines)
    {
        var before = MembersOf(sent, path);
        foreach (var (key, after) in MembersOf(answered, path))
        {
            Compare(before.Remove(key, out var value) ? value : default, after, path.Below(key), lines);
        }

        foreach (var key in before.Keys)
        {
            lines.Add("server removed", path.Below(key));
        }
    }

    private static void Compare(JsonElement before, JsonElement after, ChangePath path, ChangeLines lines)
    {
        if (before.ValueKind == JsonValueKind.Undefined)
        {
            MergePatchChanges.ReadValue(after, "server added", path, lines);
        }
        else if (JsonText.IsSame(before, after))
        {
            return;
        }
        else if (before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object)
        {
            Read(before, after, path, lines);
        }
        else if (ElementsOf(before) is { } elements && ElementsOf(after) is { } others)
        {
            foreach (var (label, element) in others)
            {
                Compare(elements.Remove(label, out var value) ? value : default, element, path.Element(label), lines);
            }

            foreach (var label in elements.Keys)
            {
                lines.Add("server removed", path.Element(label));
            }
        }
        else
        {
            lines.Add("server changed", path, before, after);
        }
    }

    // Of a repeated key the last counts. Null is as good as nothing.
    private static Dictionary<string, JsonElement> MembersOf(JsonElement body, ChangePath path)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in body.EnumerateObject())
        {
            var key = JsonText.NameOf(member);
            if (member.Value.ValueKind != JsonValueKind.Null && key != "creationTimestamp" && !Redaction.IsCopyOfObject(key) && !Bookkeeping.Contains(path.Below(key).Text, StringComparer.Ordinal))
            {
                members[key] = member.Value;
            }
        }

        return members;
    }

    // By what they are called; null for what is no array of objects.
    private static Dictionary<string, JsonElement>? ElementsOf(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array || array.EnumerateArray().Any(element => element.ValueKind != JsonValueKind.Object))
        {
            return null;
        }

        var elements = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var place = 0;
        foreach (var element in array.EnumerateArray())
        {
            var label = MergePatchChanges.LabelOf(element, place++);
            elements[elements.ContainsKey(label) ? $"{label} {place}" : label] = element;
        }

        return elements;
    }
}
