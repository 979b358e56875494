using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace AuditWatch.Events.Json;

/// <summary>
/// One value inside the UTF-8 text of an event: a view, no copy. <see cref="Bytes"/> is what stands between the quotes of a string,
/// and the whole text of any other value. Valid as long as the batch that holds the text.
/// </summary>
public readonly ref struct JsonValue
{
    // Kubernetes reads JSON 10,000 levels deep: an event that nests as deep as that must not be lost.
    internal static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 10_100 };

    /// <summary>A view of <paramref name="bytes"/>, which the caller says to be of the given kind.</summary>
    /// <param name="kind">What the value is.</param>
    /// <param name="bytes">The text; of a string, without its quotes.</param>
    /// <param name="escaped">Whether a string's text has backslash escapes in it.</param>
    public JsonValue(JsonKind kind, ReadOnlySpan<byte> bytes, bool escaped = false)
    {
        Kind = kind;
        Bytes = bytes;
        IsEscaped = escaped;
    }

    private JsonValue(JsonKind kind, ReadOnlySpan<byte> bytes, bool escaped, JsonTape tape, int tapeIndex)
        : this(kind, bytes, escaped)
    {
        Tape = tape;
        TapeIndex = tapeIndex;
    }

    /// <summary>What the value is.</summary>
    public JsonKind Kind { get; }

    /// <summary>The text of the value; of a string, what stands between its quotes, escapes and all.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Whether <see cref="Bytes"/> has backslash escapes that <see cref="Unescape"/> resolves.</summary>
    public bool IsEscaped { get; }

    /// <summary>Whether there is a value at all; <c>null</c> is one.</summary>
    public bool IsPresent => Kind != JsonKind.Missing;

    /// <summary>Whether the value is a string, number or boolean.</summary>
    public bool IsScalar => Kind is JsonKind.Boolean or JsonKind.Number or JsonKind.String;

    /// <summary>Where the parts of the value stand, if it has been found out.</summary>
    internal JsonTape? Tape { get; }

    /// <summary>The place of the value on the tape.</summary>
    internal int TapeIndex { get; }

    /// <summary>A string whose text needs no unescaping.</summary>
    public static JsonValue Text(ReadOnlySpan<byte> text) => new(JsonKind.String, text);

    /// <summary>The view of a value written as JSON, quotes included. The text must be valid.</summary>
    public static JsonValue FromJson(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return default;
        }

        switch (json[0])
        {
            case (byte)'"':
                var inner = json[1..^1];
                return new JsonValue(JsonKind.String, inner, inner.Contains((byte)'\\'));
            case (byte)'{':
                return new JsonValue(JsonKind.Object, json);
            case (byte)'[':
                return new JsonValue(JsonKind.Array, json);
            case (byte)'n':
                return new JsonValue(JsonKind.Null, json);
            case (byte)'t' or (byte)'f':
                return new JsonValue(JsonKind.Boolean, json);
            default:
                return new JsonValue(JsonKind.Number, json);
        }
    }

    /// <summary>The value a reader stands on; an object or array is skipped to its end, so that the view covers all of it.</summary>
    /// <param name="reader">A reader over <paramref name="json"/>, on the first token of the value; left on its last.</param>
    /// <param name="json">What the reader reads, from its first byte.</param>
    public static JsonValue FromReader(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new JsonValue(JsonKind.String, reader.ValueSpan, reader.ValueIsEscaped);
            case JsonTokenType.Number:
                return new JsonValue(JsonKind.Number, reader.ValueSpan);
            case JsonTokenType.True or JsonTokenType.False:
                return new JsonValue(JsonKind.Boolean, reader.ValueSpan);
            case JsonTokenType.Null:
                return new JsonValue(JsonKind.Null, reader.ValueSpan);
            default:
                var kind = reader.TokenType == JsonTokenType.StartArray ? JsonKind.Array : JsonKind.Object;
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                return new JsonValue(kind, json[start..(int)reader.BytesConsumed]);
        }
    }

    /// <summary>The same value, which stands on the tape at that place.</summary>
    internal JsonValue OnTape(JsonTape tape, int index) => new(Kind, Bytes, IsEscaped, tape, index);

    /// <summary>The key or value below this one that stands on its tape at that place.</summary>
    internal JsonValue Below(int index)
    {
        ref readonly var entry = ref Tape![index];
        return new JsonValue(entry.Kind, Bytes.Slice(entry.Start - Tape[TapeIndex].Start, entry.Length), entry.IsEscaped, Tape, index);
    }

    /// <summary>The text with its escapes resolved, written to <paramref name="scratch"/> if there are any.</summary>
    /// <param name="scratch">At least as long as <see cref="Bytes"/>: unescaping never lengthens.</param>
    public ReadOnlySpan<byte> Unescape(Span<byte> scratch) => IsEscaped ? scratch[..JsonEscapes.Resolve(Bytes, scratch)] : Bytes;

    /// <summary>Whether the value is the string <paramref name="text"/>, to the letter.</summary>
    public bool Is(ReadOnlySpan<byte> text)
    {
        if (Kind != JsonKind.String)
        {
            return false;
        }

        if (!IsEscaped)
        {
            return Bytes.SequenceEqual(text);
        }

        // An escape is at most six bytes for one: a longer text cannot be equal.
        return Bytes.Length <= 6 * text.Length && Unescape(new byte[Bytes.Length]).SequenceEqual(text);
    }

    /// <summary>The value as a whole number, if it is one that fits.</summary>
    public bool TryGetInt64(out long number)
    {
        number = 0;
        return Kind == JsonKind.Number && Utf8Parser.TryParse(Bytes, out number, out var used) && used == Bytes.Length;
    }

    /// <summary>The text of the value, escapes resolved; invalid UTF-8 becomes U+FFFD. Allocates: for findings only.</summary>
    public override string ToString() => IsEscaped ? Encoding.UTF8.GetString(Unescape(new byte[Bytes.Length])) : Encoding.UTF8.GetString(Bytes);
}
