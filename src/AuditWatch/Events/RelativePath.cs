using System.Text;
using System.Text.Json;

namespace AuditWatch.Events;

/// <summary>
/// A dotted path below some JSON value. A path that crosses an array goes on in every element, and one that ends at an array ends at its
/// elements. Below <c>annotations.</c> and <c>labels.</c> (and <c>user.extra.</c>) the rest of the path is one key, dots and all.
/// </summary>
internal sealed class RelativePath
{
    private readonly byte[][] _keys;

    private RelativePath(IEnumerable<string> keys) => _keys = [.. keys.Select(Encoding.UTF8.GetBytes)];

    /// <summary>A path that leads nowhere further.</summary>
    public static RelativePath Here { get; } = new([]);

    /// <summary>A path of one key, dots and all; an empty one leads nowhere further.</summary>
    public static RelativePath Key(string key) => key.Length == 0 ? Here : new RelativePath([key]);

    public static RelativePath Parse(string path)
    {
        var keys = new List<string>();
        var rest = path;
        while (rest.Length > 0)
        {
            var dot = keys is [.., "annotations" or "labels" or "extra"] ? -1 : rest.IndexOf('.', StringComparison.Ordinal);
            keys.Add(dot < 0 ? rest : rest[..dot]);
            rest = dot < 0 ? "" : rest[(dot + 1)..];
        }

        return new RelativePath(keys);
    }

    /// <summary>Shows the values below <paramref name="root"/> to the visitor until one is enough.</summary>
    public bool Any(JsonValue root, IValueVisitor visitor) => Walk(root, _keys, visitor);

    /// <summary>Whether the path leads to anything at all, <c>null</c> and empty arrays included.</summary>
    public bool Exists(JsonValue root) => Exists(root, _keys);

    /// <summary>The first value below <paramref name="root"/>, an array whole; missing if there is none.</summary>
    public JsonValue First(JsonValue root)
    {
        foreach (var key in _keys)
        {
            root = Member(root, key);
        }

        return root;
    }

    /// <summary>The value of a key of an object; of a repeated one the last; missing if there is none.</summary>
    public static JsonValue Member(JsonValue parent, ReadOnlySpan<byte> key)
    {
        var found = default(JsonValue);
        if (parent.Kind == JsonKind.Object)
        {
            var reader = Start(parent);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var match = IsKey(ref reader, key);
                reader.Read();
                var value = JsonValue.FromReader(ref reader, parent.Bytes);
                found = match ? value : found;
            }
        }

        return found;
    }

    private static bool Walk(JsonValue value, ReadOnlySpan<byte[]> keys, IValueVisitor visitor)
    {
        if (value.Kind == JsonKind.Array)
        {
            var reader = Start(value);
            while (NextElement(ref reader))
            {
                if (Walk(JsonValue.FromReader(ref reader, value.Bytes), keys, visitor))
                {
                    return true;
                }
            }

            return false;
        }

        if (keys.IsEmpty)
        {
            return value.IsPresent && visitor.Visit(value);
        }

        if (value.Kind == JsonKind.Object)
        {
            // Every occurrence of a repeated key is shown: which of them the API server obeyed is not for us to guess.
            var reader = Start(value);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var match = IsKey(ref reader, keys[0]);
                reader.Read();
                var member = JsonValue.FromReader(ref reader, value.Bytes);
                if (match && Walk(member, keys[1..], visitor))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Exists(JsonValue value, ReadOnlySpan<byte[]> keys)
    {
        if (keys.IsEmpty)
        {
            return value.IsPresent;
        }

        if (value.Kind == JsonKind.Array)
        {
            var reader = Start(value);
            while (NextElement(ref reader))
            {
                if (Exists(JsonValue.FromReader(ref reader, value.Bytes), keys))
                {
                    return true;
                }
            }
        }

        if (value.Kind == JsonKind.Object)
        {
            var reader = Start(value);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var match = IsKey(ref reader, keys[0]);
                reader.Read();
                var member = JsonValue.FromReader(ref reader, value.Bytes);
                if (match && Exists(member, keys[1..]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // Past the opening brace or bracket.
    private static Utf8JsonReader Start(JsonValue container)
    {
        var reader = new Utf8JsonReader(container.Bytes, JsonValue.ReaderOptions);
        reader.Read();
        return reader;
    }

    // Arrays within the array count as if their elements stood in it: no recursion, however deep an attacker nests them.
    private static bool NextElement(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray))
            {
                return true;
            }
        }

        return false;
    }

    // The reader's own comparison throws on half a surrogate pair.
    private static bool IsKey(ref Utf8JsonReader reader, ReadOnlySpan<byte> key) =>
        new JsonValue(JsonKind.String, reader.ValueSpan, reader.ValueIsEscaped).Is(key);
}
