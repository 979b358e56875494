using System.Text.Json;

namespace AuditWatch.Events.Changes;

/// <summary>What a JSON Patch (RFC 6902) sets and removes, operation by operation. Elements of arrays have the place that it gives: <c>spec.containers[0].image</c>.</summary>
internal static class JsonPatchChanges
{
    /// <summary>Adds what the operations of an array do.</summary>
    /// <param name="operations">The array.</param>
    /// <param name="isSecret">Whether only the beginning of their paths may be shown.</param>
    /// <param name="lines">Where to.</param>
    public static void Read(JsonElement operations, bool isSecret, ChangeLines lines)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in operations.EnumerateArray())
        {
            if (!isSecret)
            {
                Read(operation, lines);
            }
            else if (JsonText.Of(operation, "op") != "test" && seen.Add(TokensOf(operation, "path").FirstOrDefault("")))
            {
                lines.AddHidden(ChangePath.Root.Below(TokensOf(operation, "path").FirstOrDefault("")));
            }
        }
    }

    private static void Read(JsonElement operation, ChangeLines lines)
    {
        var path = PathOf(operation, "path");
        switch (JsonText.Of(operation, "op"))
        {
            case "add" or "replace" when operation.TryGetProperty("value", out var value) && !Redaction.IsCopyOfObject(path.Key):
                MergePatchChanges.ReadValue(value, "set", path, lines);
                break;
            case "remove":
                lines.Add("removed", path);
                break;
            case "move":
                lines.Add($"moved {EventText.Show(PathOf(operation, "from").Text)} to", path);
                break;
            case "copy":
                lines.Add($"copied {EventText.Show(PathOf(operation, "from").Text)} to", path);
                break;
        }
    }

    private static ChangePath PathOf(JsonElement operation, string name)
    {
        var path = ChangePath.Root;
        foreach (var token in TokensOf(operation, name))
        {
            path = path.Text.Length > 0 && (token == "-" || (token.Length > 0 && token.All(char.IsAsciiDigit))) ? path.Element(token) : path.Below(token);
        }

        return path;
    }

    private static IEnumerable<string> TokensOf(JsonElement operation, string name) =>
        JsonText.Of(operation, name).Split('/').Skip(1).Select(token => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
}
