using System.Text;

namespace AuditWatch.Events.Json;

/// <summary>
/// A dotted path from some JSON value downwards. At an array it continues in every element, and if it ends there, it leads to the elements. Below
/// <c>annotations.</c>, <c>labels.</c> and <c>user.extra.</c> the rest of the path is one key with its dots; one that ends in <c>/*</c>, as no key of Kubernetes does, is every key with
/// that prefix. Immutable; safe for any number of threads.
/// </summary>
internal sealed class RelativePath
{
    private readonly byte[][] _keys;
    private readonly int[] _places;

    private RelativePath(IEnumerable<string> keys)
    {
        _keys = [.. keys.Select(static key => Encoding.UTF8.GetBytes(key))];
        _places = [.. _keys.Where(key => !JsonMembers.IsPrefix(key)).Select(key => JsonTape.PlaceOf(key))];
    }

    /// <summary>The empty path, which leads to the value itself.</summary>
    public static RelativePath Here { get; } = new([]);

    /// <summary>The last key; null for the empty path and where it is a prefix.</summary>
    public string? LastKey => _keys is [.., var last] && !JsonMembers.IsPrefix(last) ? Encoding.UTF8.GetString(last) : null;

    /// <summary>A path of one key, with its dots; the empty path if the key is empty.</summary>
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

    /// <summary>Passes the values that the path leads to from <paramref name="root"/> to the visitor, until the visitor ends the walk.</summary>
    public bool Any(JsonValue root, IValueVisitor visitor) => MayLeadOn(root) && visitor.MayFindBelow(root) && Walk(root, _keys, visitor);

    /// <summary>Whether the path leads to a value, be it <c>null</c> or an empty array.</summary>
    public bool Exists(JsonValue root) => MayLeadOn(root) && Exists(root, _keys);

    /// <summary>Whether the path may lead anywhere from <paramref name="root"/>. False is certain: one of its keys is nowhere in the body.</summary>
    public bool MayLeadOn(JsonValue root) => root.Tape?.MayHave(_places) ?? true;

    /// <summary>The first value that the path leads to, an array as a whole; missing if there is none.</summary>
    public JsonValue First(JsonValue root)
    {
        foreach (var key in _keys)
        {
            root = Member(root, key);
        }

        return root;
    }

    /// <summary>The value of a key of an object, of a repeated one the last; missing if there is none.</summary>
    public static JsonValue Member(JsonValue parent, ReadOnlySpan<byte> key)
    {
        var found = default(JsonValue);
        var members = new JsonMembers(parent, key);
        while (members.MoveNext())
        {
            found = members.Current;
        }

        return found;
    }

    private static bool Walk(JsonValue value, ReadOnlySpan<byte[]> keys, IValueVisitor visitor)
    {
        if (value.Kind == JsonKind.Array)
        {
            return WalkElements(value, keys, visitor);
        }

        if (keys.IsEmpty)
        {
            return value.IsPresent && visitor.Visit(value);
        }

        return value.Kind == JsonKind.Object && WalkMembers(value, keys, visitor);
    }

    // Every occurrence of a repeated key is shown: which of them the API server obeyed is not for us to guess.
    private static bool WalkMembers(JsonValue parent, ReadOnlySpan<byte[]> keys, IValueVisitor visitor)
    {
        var members = new JsonMembers(parent, keys[0]);
        while (members.MoveNext())
        {
            if (Walk(members.Current, keys[1..], visitor))
            {
                return true;
            }
        }

        return false;
    }

    private static bool WalkElements(JsonValue array, ReadOnlySpan<byte[]> keys, IValueVisitor visitor)
    {
        var elements = new JsonElements(array);
        while (elements.MoveNext())
        {
            if (Walk(elements.Current, keys, visitor))
            {
                return true;
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
            return ExistsInElement(value, keys);
        }

        return value.Kind == JsonKind.Object && ExistsInMember(value, keys);
    }

    private static bool ExistsInMember(JsonValue parent, ReadOnlySpan<byte[]> keys)
    {
        var members = new JsonMembers(parent, keys[0]);
        while (members.MoveNext())
        {
            if (Exists(members.Current, keys[1..]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool ExistsInElement(JsonValue array, ReadOnlySpan<byte[]> keys)
    {
        var elements = new JsonElements(array);
        while (elements.MoveNext())
        {
            if (Exists(elements.Current, keys))
            {
                return true;
            }
        }

        return false;
    }
}
