using System.Buffers;
using System.Text.Json;

namespace AuditWatch.Events;

/// <summary>
/// Where the parts of one JSON value stand in its text, so that it can be walked again and again without reading it again: many detections ask
/// for many paths of the same body. One entry a key and a value, in the order of the text; each knows where what follows it begins.
/// <code>
///   {"spec": {"hostPID": true}, "x": 1}
///   0 {..}  1 spec  2 {..}  3 hostPID  4 true  5 x  6 1
///           entry 2 ends before 5: the walk steps over what it does not want
/// </code>
/// Refilled for one value after the other. Not thread-safe.
/// </summary>
internal sealed class JsonTape : IDisposable
{
    private const int KeyPlaces = 512;

    // A bit for each place that a key in the value hashes to: most paths that detections ask for are not in a body, and hardly any key
    // of such a path is.
    private readonly ulong[] _keys = new ulong[KeyPlaces / 64];
    private Entry[] _entries = [];
    private int _count;
    private bool _hasEscapedKeys;

    /// <summary>A key or a value.</summary>
    /// <param name="Start">Where in the text; of a string, after its quote.</param>
    /// <param name="Length">Of a string, without its quotes.</param>
    /// <param name="End">The entry after it and all below it.</param>
    /// <param name="Kind">What it is.</param>
    /// <param name="IsEscaped">Whether it is a string with escapes in it.</param>
    public readonly record struct Entry(int Start, int Length, int End, JsonKind Kind, bool IsEscaped);

    public ref readonly Entry this[int index] => ref _entries[index];

    /// <summary>Where the tape notes that it has a key.</summary>
    public static int PlaceOf(ReadOnlySpan<byte> key) =>
        key.IsEmpty ? 0 : ((key.Length * 37) + (key[0] * 11) + (key[key.Length / 2] * 5) + (key[^1] * 3)) % KeyPlaces;

    /// <summary>Whether all keys that belong to the places may be in the value; if not, at least one is nowhere in it.</summary>
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

    /// <summary>Reads another value, which must be valid JSON.</summary>
    public void Fill(ReadOnlySpan<byte> json)
    {
        _count = 0;
        _hasEscapedKeys = false;
        Array.Clear(_keys);
        var open = -1;
        var reader = new Utf8JsonReader(json, JsonValue.ReaderOptions);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    // Until it is closed, its end is the one that it stands in.
                    var kind = reader.TokenType == JsonTokenType.StartArray ? JsonKind.Array : JsonKind.Object;
                    Add(new Entry((int)reader.TokenStartIndex, 0, open, kind, false));
                    open = _count - 1;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    ref var closed = ref _entries[open];
                    open = closed.End;
                    closed = closed with { Length = (int)reader.BytesConsumed - closed.Start, End = _count };
                    break;
                case JsonTokenType.PropertyName:
                    var place = PlaceOf(reader.ValueSpan);
                    _keys[place / 64] |= 1UL << (place % 64);
                    _hasEscapedKeys |= reader.ValueIsEscaped;
                    goto default;
                default:
                    var quote = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 1 : 0;
                    Add(new Entry((int)reader.TokenStartIndex + quote, reader.ValueSpan.Length, _count + 1, KindOf(reader.TokenType), reader.ValueIsEscaped));
                    break;
            }
        }
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
    public void Dispose() => ArrayPool<Entry>.Shared.Return(Interlocked.Exchange(ref _entries, []));

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
            var larger = ArrayPool<Entry>.Shared.Rent(Math.Max(256, 2 * _count));
            _entries.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<Entry>.Shared.Return(_entries);
            _entries = larger;
        }

        _entries[_count++] = entry;
    }
}
