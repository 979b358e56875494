using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AuditWatch.Events.Changes;

/// <summary>
/// Collects lines, without what is secret, as many as there is room for, and counts the others. What only describes an object comes last, so that a hundred labels hide nothing. Not thread-safe.
/// </summary>
internal sealed class ChangeLines
{
    /// <summary>The most bytes in UTF-8 of all lines with their ends.</summary>
    public const int MaxBytes = 2048;

    private const int MaxValue = 160;

    // For the line that says how many there are more.
    private const int Reserve = 24;

    private readonly Part _object = new();
    private readonly Part _metadata = new();

    /// <summary>The lines.</summary>
    public IReadOnlyList<string> ToList()
    {
        var lines = new Part();
        foreach (var line in _object.Lines.Concat(_metadata.Lines))
        {
            lines.Add(line);
        }

        var more = _object.More + _metadata.More + lines.More;
        return more == 0 ? lines.Lines : [.. lines.Lines, string.Create(CultureInfo.InvariantCulture, $"and {more} more")];
    }

    /// <summary>Something is done to a value.</summary>
    public void Add(string change, ChangePath path, JsonElement value) => Add(path, () => $"{change} {Shown(path)}: {Shown(value, path)}");

    /// <summary>One value becomes another.</summary>
    public void Add(string change, ChangePath path, JsonElement before, JsonElement after) => Add(path, () => $"{change} {Shown(path)}: {Shown(before, path)} → {Shown(after, path)}");

    /// <summary>Something is done at a place.</summary>
    public void Add(string change, ChangePath path) => Add(path, () => $"{change} {Shown(path)}");

    /// <summary>Something is done at a place of what is secret.</summary>
    public void AddHidden(ChangePath path) => Add(path, () => $"set {Shown(path)}: {SecretMask.Hidden}");

    private void Add(ChangePath path, Func<string> line)
    {
        var part = path.IsMetadata ? _metadata : _object;
        if (part.More > 0)
        {
            part.More++;
        }
        else
        {
            part.Add(line().ReplaceLineEndings(" "));
        }
    }

    private static string Shown(ChangePath path) => EventText.Show(path.Text);

    private static string Shown(JsonElement value, ChangePath path)
    {
        if (path.IsHidden || path.IsWord || IsCredential(value, path.Key))
        {
            return SecretMask.Hidden;
        }

        var text = EventText.Show(value.ValueKind == JsonValueKind.Array ? $"[{Words(value)}]" : TextOf(value));
        return text.Length == 0 ? "\"\"" : text.Length <= MaxValue ? text : text[..(char.IsHighSurrogate(text[MaxValue - 2]) ? MaxValue - 2 : MaxValue - 1)] + "…";
    }

    // A name of a credential is none, nor is whether there is one.
    private static bool IsCredential(JsonElement value, string key) =>
        SecretMask.IsTelling(key) && !key.EndsWith("Name", StringComparison.Ordinal)
        && (value.ValueKind == JsonValueKind.String || (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String)));

    // They may be those of a command, where one says what the next is.
    private static string Words(JsonElement array) => string.Join(", ", CommandLineSecrets.Mask([.. array.EnumerateArray().Select(TextOf)]));

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any() ? "{…}" : "{}",
        JsonValueKind.Array => "[…]",
        _ => JsonText.Of(value),
    };

    private sealed class Part
    {
        private int _bytes = Reserve;

        public List<string> Lines { get; } = [];

        public int More { get; set; }

        public void Add(string line)
        {
            var bytes = Encoding.UTF8.GetByteCount(line) + 1;
            if (More > 0 || _bytes + bytes > MaxBytes)
            {
                More++;
                return;
            }

            _bytes += bytes;
            Lines.Add(line);
        }
    }
}
