namespace AuditWatch.Events.Json;

/// <summary>
/// Enumerates the elements of an array. Arrays in it are flattened, without recursion, however deep they are nested. Valid as long as the array is.
/// </summary>
internal ref struct JsonElements
{
    private readonly JsonValue _array;
    private readonly int _end;
    private int _at;
    private int _next;

    public JsonElements(JsonValue array)
    {
        _array = array;
        if (array.Tape is { } tape)
        {
            _next = array.TapeIndex + 1;
            _end = tape[array.TapeIndex].End;
        }
    }

    /// <summary>The current element.</summary>
    public JsonValue Current { get; private set; }

    /// <summary>Moves to the next element.</summary>
    public bool MoveNext() => _array.Tape is { } tape ? NextOf(tape) : NextRead();

    private bool NextOf(JsonTape tape)
    {
        while (_next < _end && tape[_next].Kind == JsonKind.Array)
        {
            _next++;
        }

        if (_next >= _end)
        {
            return false;
        }

        Current = _array.Below(_next);
        _next = tape[_next].End;
        return true;
    }

    private bool NextRead()
    {
        var json = _array.Bytes;
        while (_at < json.Length)
        {
            _at = ValidJson.Next(json, _at);
            if (json[_at] is (byte)'[' or (byte)']')
            {
                _at++;
                continue;
            }

            Current = ValidJson.Read(json, ref _at);
            return true;
        }

        return false;
    }
}
