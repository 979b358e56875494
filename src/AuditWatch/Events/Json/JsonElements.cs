using System.Text.Json;

namespace AuditWatch.Events.Json;

/// <summary>
/// Enumerates the elements of an array. Arrays in it are flattened, without recursion, however deep they are nested. Valid as long as the array is.
/// </summary>
internal ref struct JsonElements
{
    private readonly JsonValue _array;
    private readonly int _end;
    private Utf8JsonReader _reader;
    private int _next;

    public JsonElements(JsonValue array)
    {
        _array = array;
        if (array.Tape is { } tape)
        {
            _next = array.TapeIndex + 1;
            _end = tape[array.TapeIndex].End;
        }
        else
        {
            _reader = new Utf8JsonReader(array.Bytes, JsonValue.ReaderOptions);
            _reader.Read();
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
        while (_reader.Read())
        {
            if (_reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray))
            {
                Current = JsonValue.FromReader(ref _reader, _array.Bytes);
                return true;
            }
        }

        return false;
    }
}
