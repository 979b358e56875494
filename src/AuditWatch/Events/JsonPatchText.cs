using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// Writes a JSON Patch (RFC 6902) as a merge patch (RFC 7386) that sets and takes away the same, so that paths can be asked of it as of any other patch.
/// <code>
///   [{"op": "add", "path": "/spec/containers/-", "value": {"name": "c"}},       {"spec": {"containers": [{"name": "c"}]},
///    {"op": "remove", "path": "/metadata/labels/a~1b"},                          "metadata": {"labels": {"a/b": null}},
///    {"op": "copy", "from": "/spec/x", "path": "/spec/hostPID"}]                 "spec": {"hostPID": {}}}
/// </code>
/// Keys repeat, as operations do: paths look at all of them. What is copied or moved to a place stands there if the patch itself has set or tested it, else as an empty object. A number in a
/// path is taken for the index of an array. Refilled for one patch after the other; not thread-safe.
/// </summary>
internal sealed class JsonPatchText : IDisposable
{
    // Deeper than anything that a patch of a Kubernetes object can reach.
    private const int DeepestPath = 64;

    private byte[] _text = [];
    private int _length;

    /// <summary>What was written last: an object.</summary>
    public ReadOnlySpan<byte> Text => _text.AsSpan(0, _length);

    /// <summary>Writes another patch.</summary>
    /// <param name="operations">An array of operations; what is none is left out.</param>
    /// <returns>The text, valid until the next call.</returns>
    public ReadOnlySpan<byte> Write(JsonValue operations)
    {
        _length = 0;
        Add("{"u8);
        JsonPatchValues? known = null;
        var elements = new JsonElements(operations);
        for (var i = 0; elements.MoveNext(); i++)
        {
            known?.Tell(operations, elements.Current);
            var operation = RelativePath.Member(elements.Current, "op"u8);
            if (operation.Is("add"u8) || operation.Is("replace"u8))
            {
                Set(elements.Current, "path"u8, RelativePath.Member(elements.Current, "value"u8));
            }
            else if (operation.Is("remove"u8))
            {
                Set(elements.Current, "path"u8, JsonValue.FromJson("null"u8));
            }
            else if (operation.Is("move"u8) || operation.Is("copy"u8))
            {
                known ??= JsonPatchValues.OfFirst(operations, i);
                SetMoved(operations, elements.Current, known);
                if (operation.Is("move"u8))
                {
                    Set(elements.Current, "from"u8, JsonValue.FromJson("null"u8));
                }
            }
        }

        Add("}"u8);
        return Text;
    }

    /// <inheritdoc/>
    public void Dispose() => BufferPool.Return(Interlocked.Exchange(ref _text, []));

    private void Set(JsonValue operation, ReadOnlySpan<byte> where, JsonValue value)
    {
        var pointer = RelativePath.Member(operation, where);
        if (pointer.Kind != JsonKind.String || !value.IsPresent)
        {
            return;
        }

        SetAt(pointer.IsEscaped ? pointer.Unescape(new byte[pointer.Bytes.Length]) : pointer.Bytes, value);
    }

    // What is known of the place that it comes from, as long as that does not grow out of proportion; and that something is there.
    private void SetMoved(JsonValue operations, JsonValue operation, JsonPatchValues known)
    {
        if (JsonPatchValues.Pointer(operation, "from"u8) is not { } from || JsonPatchValues.Pointer(operation, "path"u8) is not { } to)
        {
            return;
        }

        var moved = known.Move(operations, from, to);
        if (!moved.Any(place => place.Path.Length == to.Length))
        {
            SetAt(to, JsonValue.FromJson("{}"u8));
        }

        for (var i = 0; i < moved.Count && _length <= 4 * operations.Bytes.Length; i++)
        {
            SetAt(moved[i].Path, moved[i].In(operations));
        }
    }

    private void SetAt(ReadOnlySpan<byte> path, JsonValue value)
    {
        if (path.IsEmpty)
        {
            // The whole object: its members are what is set.
            if (value.Kind == JsonKind.Object && value.Bytes[1..^1].ContainsAnyExcept(" \t\r\n"u8))
            {
                Separate();
                Add(value.Bytes[1..^1]);
            }
        }
        else if (path[0] == '/' && path.Count((byte)'/') <= DeepestPath)
        {
            Separate();
            SetBelow(path[1..], isTop: true, value);
        }
    }

    private void SetBelow(ReadOnlySpan<byte> path, bool isTop, JsonValue value)
    {
        var end = path.IndexOf((byte)'/');
        var token = end < 0 ? path : path[..end];
        var isIndex = !isTop && (token.SequenceEqual("-"u8) || (!token.IsEmpty && !token.ContainsAnyExceptInRange((byte)'0', (byte)'9')));
        Add(isTop ? default : isIndex ? "["u8 : "{"u8);
        if (!isIndex)
        {
            AddKey(token);
        }

        if (end < 0)
        {
            AddValue(value);
        }
        else
        {
            SetBelow(path[(end + 1)..], isTop: false, value);
        }

        Add(isTop ? default : isIndex ? "]"u8 : "}"u8);
    }

    private void Separate() => Add(_length > 1 ? ","u8 : default);

    private void AddValue(JsonValue value)
    {
        var quote = value.Kind == JsonKind.String ? "\""u8 : default;
        Add(quote);
        Add(value.Bytes);
        Add(quote);
    }

    // ~1 is a slash and ~0 a tilde (RFC 6901); what JSON wants escaped is escaped again.
    private void AddKey(ReadOnlySpan<byte> token)
    {
        Add("\""u8);
        while (!token.IsEmpty)
        {
            if (token[0] == '~' && token.Length > 1 && token[1] is (byte)'0' or (byte)'1')
            {
                Add(token[1] == '0' ? "~"u8 : "/"u8);
                token = token[2..];
                continue;
            }

            if (token[0] is (byte)'"' or (byte)'\\')
            {
                Add("\\"u8);
            }

            Add(token[0] < ' ' ? " "u8 : token[..1]);
            token = token[1..];
        }

        Add("\":"u8);
    }

    private void Add(ReadOnlySpan<byte> text)
    {
        if (_text.Length - _length < text.Length)
        {
            BufferPool.Grow(ref _text, _length, _length + text.Length);
        }

        text.CopyTo(_text.AsSpan(_length));
        _length += text.Length;
    }
}
