using System.Buffers;
using System.Text.Json;

namespace AuditWatch.Events.Json;

/// <summary>
/// The places of all keys and values in the text of one JSON value, so that many paths can be walked in it while the text is read once. One entry for each key
/// and each value, in the order of the text; each has the index of the entry after all that is below it.
/// <code>
///   {"spec": {"hostPID": true}, "x": 1}
///   0 {..}  1 spec  2 {..}  3 hostPID  4 true  5 x  6 1
///           entry 2 ends before 5: the walk steps over what it does not want
/// </code>
/// One tape is filled for one value after the other. Not thread-safe.
/// </summary>
/// <param name="body">The text of the value that the tape is filled with, for searches; null if there is none. Default: null.</param>
internal sealed class JsonTape(SearchableText? body = null) : IDisposable
{
    private const int KeyPlaces = 512;

    // A bit for each place that a key in the value hashes to: most paths that detections ask for are not in a body, and hardly any key
    // of such a path is.
    private readonly ulong[] _keys = new ulong[KeyPlaces / 64];
    private Entry[] _entries = [];
    private int _count;
    private bool _hasEscapedKeys;

    /// <summary>A key or a value.</summary>
    /// <param name="Start">The place of its first byte in the text; of a string, after the quote.</param>
    /// <param name="Length">The length in bytes; of a string, without the quotes.</param>
    /// <param name="End">The index of the entry after it and all below it.</param>
    /// <param name="Kind">The type.</param>
    /// <param name="IsEscaped">Whether it is a string with backslash escapes.</param>
    public readonly record struct Entry(int Start, int Length, int End, JsonKind Kind, bool IsEscaped);

    /// <summary>The number of entries.</summary>
    public int Count => _count;

    public ref readonly Entry this[int index] => ref _entries[index];

    /// <summary>The number of the bit that a key sets in the filter of keys.</summary>
    public static int PlaceOf(ReadOnlySpan<byte> key) =>
        key.IsEmpty ? 0 : ((key.Length * 37) + (key[0] * 11) + (key[key.Length / 2] * 5) + (key[^1] * 3)) % KeyPlaces;

    /// <summary>Whether the value may have all keys that set these bits. False is certain: at least one key is nowhere in it.</summary>
    public bool MayHave(ReadOnlySpan<int> places)
    {
        foreach (var place in places)
        {
            if ((_keys[place / 64] >> (place % 64) & 1) == 0)
            {
                return _hasEscapedKeys;
            }
        }

        return true;
    }

    /// <summary>Whether the value may contain one of the literals, in any case. False is certain.</summary>
    public bool MayContain(SearchValues<string> literals) => body?.MayContain(literals) ?? true;

    /// <summary>Fills the tape for another value, which must be valid JSON.</summary>
    public void Fill(ReadOnlySpan<byte> json)
    {
        if (!TryFillCompact(json))
        {
            FillAny(json);
        }
    }

    /// <summary>As <see cref="Fill"/>, by the structure of JSON without white space between its tokens; of other JSON there is no telling what is on the tape.</summary>
    internal bool TryFillCompact(ReadOnlySpan<byte> json)
    {
        var rented = ArrayPool<int>.Shared.Rent(StructureIndex.Room);
        try
        {
            return json[0] is (byte)'{' or (byte)'[' && StructureIndex.TryRead(json, 0, rented, out var end) && end == json.Length && TryFill(json, rented);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>As <see cref="Fill"/>, with a JSON reader.</summary>
    internal void FillAny(ReadOnlySpan<byte> json)
    {
        Clear();
        var open = -1;
        var reader = new Utf8JsonReader(json, JsonValue.ReaderOptions);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    Open((int)reader.TokenStartIndex, reader.TokenType == JsonTokenType.StartArray ? JsonKind.Array : JsonKind.Object, ref open);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    Close((int)reader.BytesConsumed, ref open);
                    break;
                case JsonTokenType.PropertyName:
                    AddKey((int)reader.TokenStartIndex + 1, reader.ValueSpan, reader.ValueIsEscaped);
                    break;
                default:
                    var quote = reader.TokenType == JsonTokenType.String ? 1 : 0;
                    Add(new Entry((int)reader.TokenStartIndex + quote, reader.ValueSpan.Length, _count + 1, KindOf(reader.TokenType), reader.ValueIsEscaped));
                    break;
            }
        }
    }

    // Between two places there is nothing, a whole string, or what must be checked: it may have white space in it.
    private bool TryFill(ReadOnlySpan<byte> json, ReadOnlySpan<int> places)
    {
        Clear();
        var open = -1;
        var before = -1;
        foreach (var place in places)
        {
            if (place >= json.Length)
            {
                break;
            }

            if (place > before + 1 && !TryAdd(json[(before + 1)..place], before + 1, isKey: json[place] == ':'))
            {
                return false;
            }

            before = place;
            switch (json[place])
            {
                case (byte)'{':
                    Open(place, JsonKind.Object, ref open);
                    break;
                case (byte)'[':
                    Open(place, JsonKind.Array, ref open);
                    break;
                case (byte)'}' or (byte)']':
                    Close(place + 1, ref open);
                    break;
            }
        }

        return true;
    }

    private bool TryAdd(ReadOnlySpan<byte> token, int start, bool isKey)
    {
        if (token[0] != '"')
        {
            Add(new Entry(start, token.Length, _count + 1, JsonValue.FromJson(token).Kind, false));
            return JsonScalar.IsValid(token);
        }

        var text = token[1..^1];
        var isEscaped = text.Contains((byte)'\\');
        if (isKey)
        {
            AddKey(start + 1, text, isEscaped);
        }
        else
        {
            Add(new Entry(start + 1, text.Length, _count + 1, JsonKind.String, isEscaped));
        }

        return true;
    }

    private void AddKey(int start, ReadOnlySpan<byte> key, bool isEscaped)
    {
        var place = PlaceOf(key);
        _keys[place / 64] |= 1UL << (place % 64);
        _hasEscapedKeys |= isEscaped;
        Add(new Entry(start, key.Length, _count + 1, JsonKind.String, isEscaped));
    }

    // Until it is closed, its end is the one that it stands in.
    private void Open(int start, JsonKind kind, ref int open)
    {
        Add(new Entry(start, 0, open, kind, false));
        open = _count - 1;
    }

    private void Close(int end, ref int open)
    {
        ref var closed = ref _entries[open];
        open = closed.End;
        closed = closed with { Length = end - closed.Start, End = _count };
    }

    private void Clear()
    {
        _count = 0;
        _hasEscapedKeys = false;
        Array.Clear(_keys);
    }

    /// <summary>The entry that begins at <paramref name="start"/>, which there must be.</summary>
    public int Find(int start)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _entries[middle].Start < start ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <inheritdoc/>
    public void Dispose() => BufferPool.Return(Interlocked.Exchange(ref _entries, []));

    private static JsonKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.Number => JsonKind.Number,
        JsonTokenType.True or JsonTokenType.False => JsonKind.Boolean,
        JsonTokenType.Null => JsonKind.Null,
        _ => JsonKind.String,
    };

    private void Add(Entry entry)
    {
        if (_count == _entries.Length)
        {
            BufferPool.Grow(ref _entries, _count, Math.Max(256, _count + 1));
        }

        _entries[_count++] = entry;
    }
}
