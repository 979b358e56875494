using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace AuditWatch.Events.Json;

/// <summary>
/// One JSON value: a view over UTF-8 text, valid as long as the text, which for an event is as long as its batch. <see cref="Bytes"/> is the text between the
/// quotes of a string, with its escapes, and the whole text of any other value.
/// </summary>
public readonly ref struct JsonValue
{
    // Kubernetes reads JSON 10,000 levels deep: an event that nests as deep as that must not be lost.
    internal static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 10_100 };

    /// <summary>Creates a view. Nothing is checked.</summary>
    /// <param name="kind">The type of the value.</param>
    /// <param name="bytes">The text; of a string, without its quotes.</param>
    /// <param name="escaped">Whether the text of a string has backslash escapes.</param>
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

    /// <summary>The type of the value.</summary>
    public JsonKind Kind { get; }

    /// <summary>The text of the value; of a string, the text between its quotes, with its escapes.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Whether <see cref="Bytes"/> has backslash escapes that <see cref="Unescape"/> resolves.</summary>
    public bool IsEscaped { get; }

    /// <summary>Whether there is a value, be it <c>null</c>.</summary>
    public bool IsPresent => Kind != JsonKind.Missing;

    /// <summary>Whether the value is a string, number or boolean.</summary>
    public bool IsScalar => Kind is JsonKind.Boolean or JsonKind.Number or JsonKind.String;

    /// <summary>The tape that the value is on; null if it is on none.</summary>
    internal JsonTape? Tape { get; }

    /// <summary>The index of the value's entry on its tape.</summary>
    internal int TapeIndex { get; }

    /// <summary>A string without escapes.</summary>
    public static JsonValue Text(ReadOnlySpan<byte> text) => new(JsonKind.String, text);

    /// <summary>The view of a value in JSON, a string with its quotes. The JSON must be valid.</summary>
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

    /// <summary>The view of the value that a reader is at.</summary>
    /// <param name="reader">A reader of <paramref name="json"/> at the first token of the value. It is moved to the last.</param>
    /// <param name="json">The text that the reader reads, from its first byte.</param>
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

    /// <summary>The same value, with its entry on a tape.</summary>
    internal JsonValue OnTape(JsonTape tape, int index) => new(Kind, Bytes, IsEscaped, tape, index);

    /// <summary>The key or value at an index of the tape, below this value.</summary>
    internal JsonValue Below(int index)
    {
        ref readonly var entry = ref Tape![index];
        return new JsonValue(entry.Kind, Bytes.Slice(entry.Start - Tape[TapeIndex].Start, entry.Length), entry.IsEscaped, Tape, index);
    }

    /// <summary>The text with its escapes resolved, written to <paramref name="scratch"/> if there are any.</summary>
    /// <param name="scratch">At least as long as <see cref="Bytes"/>: unescaping never lengthens.</param>
    public ReadOnlySpan<byte> Unescape(Span<byte> scratch) => IsEscaped ? scratch[..JsonEscapes.Resolve(Bytes, scratch)] : Bytes;

    /// <summary>Whether the value is the string <paramref name="text"/>, with its case.</summary>
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
