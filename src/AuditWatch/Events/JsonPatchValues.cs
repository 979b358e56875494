using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// What a JSON Patch has told of the values at its pointers, operation after operation, so that what it moves or copies on is known: a value can be put where nobody looks, and moved from there.
/// Of a patch with very many operations, which nobody writes, only the first are remembered, and their values are looked through no more than some times the length of the patch. Not thread-safe.
/// </summary>
internal sealed class JsonPatchValues
{
    private const int Most = 1000;

    // For each byte of the patch, so many bytes of pointers and values are looked at.
    private const int MostLooks = 16;

    private readonly List<Place> _places = [];
    private long _looked;

    /// <summary>What the first operations of a patch tell.</summary>
    /// <param name="operations">The patch.</param>
    /// <param name="count">How many of them.</param>
    public static JsonPatchValues OfFirst(JsonValue operations, int count)
    {
        var values = new JsonPatchValues();
        var elements = new JsonElements(operations);
        for (var i = 0; i < Math.Min(count, Most) && elements.MoveNext(); i++)
        {
            values.Tell(operations, elements.Current);
        }

        return values;
    }

    /// <summary>The text of a pointer of an operation, without the escapes of JSON; null if it has none.</summary>
    public static byte[]? Pointer(JsonValue operation, ReadOnlySpan<byte> where) =>
        RelativePath.Member(operation, where) is { Kind: JsonKind.String } pointer ? pointer.Unescape(new byte[pointer.Bytes.Length]).ToArray() : null;

    /// <summary>Remembers the value that an operation sets or says to be there.</summary>
    public void Tell(JsonValue operations, JsonValue operation)
    {
        var op = RelativePath.Member(operation, "op"u8);
        if ((op.Is("add"u8) || op.Is("replace"u8) || op.Is("test"u8)) && Pointer(operation, "path"u8) is { } path && RelativePath.Member(operation, "value"u8) is { IsPresent: true } value)
        {
            Add(Place.Of(path, operations, value));
        }
    }

    /// <summary>Moves what is known at a pointer, above and below it, to another.</summary>
    /// <returns>What is known at the other now; nothing if nothing is, or too much has been looked at.</returns>
    public IReadOnlyList<Place> Move(JsonValue operations, byte[] from, byte[] to)
    {
        var moved = new List<Place>();
        foreach (var place in _places)
        {
            _looked += from.Length;
            if (_looked > MostLooks * (long)operations.Bytes.Length)
            {
                return [];
            }

            if (IsAtOrBelow(place.Path, from))
            {
                moved.Add(place with { Path = [.. to, .. place.Path[from.Length..]] });
            }
            else if (IsAtOrBelow(from, place.Path))
            {
                _looked += place.Length;
                if (Below(place.In(operations), from.AsSpan(place.Path.Length)) is { IsPresent: true } part)
                {
                    moved.Add(Place.Of(to, operations, part));
                }
            }
        }

        moved.ForEach(Add);
        return moved;
    }

    private static bool IsAtOrBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> above) => path.StartsWith(above) && (path.Length == above.Length || path[above.Length] == '/');

    private static JsonValue Below(JsonValue value, ReadOnlySpan<byte> path)
    {
        while (!path.IsEmpty && value.IsPresent)
        {
            var end = path[1..].IndexOf((byte)'/');
            var token = System.Text.Encoding.UTF8.GetString(end < 0 ? path[1..] : path.Slice(1, end));
            path = end < 0 ? default : path[(end + 1)..];
            value = value.Kind == JsonKind.Array ? Element(value, token) : RelativePath.Member(value, System.Text.Encoding.UTF8.GetBytes(token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)));
        }

        return value;
    }

    private static JsonValue Element(JsonValue array, string index)
    {
        var elements = new JsonElements(array);
        for (var i = int.TryParse(index, out var place) ? place : -1; i >= 0 && elements.MoveNext(); i--)
        {
            if (i == 0)
            {
                return elements.Current;
            }
        }

        return default;
    }

    private void Add(Place place)
    {
        if (_places.Count < Most)
        {
            _places.Add(place);
        }
    }

    /// <summary>A value of the patch's text, and the pointer to where it is.</summary>
    public readonly record struct Place(byte[] Path, int Start, int Length, JsonKind Kind, bool IsEscaped)
    {
        public static Place Of(byte[] path, JsonValue operations, JsonValue value) =>
            new(path, operations.Bytes.Overlaps(value.Bytes, out var start) ? start : 0, value.Bytes.Length, value.Kind, value.IsEscaped);

        public JsonValue In(JsonValue operations) => new(Kind, operations.Bytes.Slice(Start, Length), IsEscaped);
    }
}
