namespace AuditWatch.Events.Json;

/// <summary>Enumerates the values of an object under one key: several if the key is repeated, or ends in <c>/*</c> and so means every key with that prefix; none of anything but an object. Valid as long as the object is.</summary>
internal ref struct JsonMembers
{
    private readonly JsonValue _parent;
    private readonly ReadOnlySpan<byte> _key;
    private readonly bool _isPrefix;
    private readonly int _end;
    private int _at;
    private int _next;

    public JsonMembers(JsonValue parent, ReadOnlySpan<byte> key)
    {
        _parent = parent;
        _isPrefix = IsPrefix(key);
        _key = _isPrefix ? key[..^1] : key;
        if (parent.Kind == JsonKind.Object && parent.Tape is { } tape)
        {
            _next = parent.TapeIndex + 1;
            _end = tape[parent.TapeIndex].End;
        }
        else
        {
            _at = 1;
        }
    }

    /// <summary>The current value.</summary>
    public JsonValue Current { get; private set; }

    /// <summary>Whether a key means every key that begins as it does.</summary>
    public static bool IsPrefix(ReadOnlySpan<byte> key) => key is [.., (byte)'/', (byte)'*'];

    /// <summary>Moves to the next value under the key.</summary>
    public bool MoveNext() => _parent.Kind == JsonKind.Object && (_parent.Tape is { } tape ? NextOf(tape) : NextRead());

    private bool NextOf(JsonTape tape)
    {
        while (_next < _end)
        {
            ref readonly var key = ref tape[_next];
            var value = _next + 1;
            _next = tape[value].End;

            if ((_isPrefix || key.Length == _key.Length || key.IsEscaped) && IsMeant(_parent.Below(value - 1)))
            {
                Current = _parent.Below(value);
                return true;
            }
        }

        return false;
    }

    private bool NextRead()
    {
        var json = _parent.Bytes;
        while (json[_at = ValidJson.Next(json, _at)] != '}')
        {
            var match = IsMeant(ValidJson.Read(json, ref _at));
            _at = ValidJson.Next(json, _at);
            var value = ValidJson.Read(json, ref _at);
            if (match)
            {
                Current = value;
                return true;
            }
        }

        return false;
    }

    private readonly bool IsMeant(JsonValue key) => _isPrefix ? key.Unescape(key.IsEscaped ? new byte[key.Bytes.Length] : []).StartsWith(_key) : key.Is(_key);
}
