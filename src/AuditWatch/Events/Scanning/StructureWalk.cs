using AuditWatch.Events.Json;

namespace AuditWatch.Events.Scanning;

/// <summary>
/// Goes through the structure of a line (see <see cref="LineScanner"/>), checks that it is that of one JSON object, and notes where the fields of an
/// event stand in it. Relies on what <see cref="StructureIndex"/> has checked: between two places there is nothing, a whole string, or neither.
/// </summary>
internal ref struct StructureWalk
{
    // One bit a level. Bodies nest about ten deep.
    private const int MaxDepth = 60;

    private readonly ReadOnlySpan<byte> _text;
    private readonly ReadOnlySpan<int> _places;
    private readonly Span<int> _slots;
    private int _at;

    public StructureWalk(ReadOnlySpan<byte> text, ReadOnlySpan<int> places, Span<int> slots)
    {
        _text = text;
        _places = places;
        _slots = slots;
        _at = 0;
    }

    /// <summary>Reads the event.</summary>
    /// <param name="end">Where it must end.</param>
    public bool TryReadEvent(int end) => TryReadMembers(FieldNames.Top, isTop: true) && _places[_at] == end && _places[_at - 1] == end - 1 && EventShape.IsEvent(_text, _slots);

    // From the opening brace of an object to what follows its closing brace.
    private bool TryReadMembers(FieldNames names, bool isTop)
    {
        var text = _text;
        var places = _places;
        var place = places[_at];
        if (places[_at + 1] == place + 1 && text[place + 1] == '}')
        {
            _at += 2;
            return true;
        }

        while (true)
        {
            // The place is that of the brace or a comma: a key and a colon must follow.
            var colon = places[++_at];
            if (text[place + 1] != '"' || text[colon] != ':')
            {
                return false;
            }

            var name = names.Find(text, place + 2, colon - place - 3);
            if (name == FieldNames.Declined)
            {
                return false;
            }

            if (!(isTop && name >= 0 && EventFields.HasMembers((EventField)name) ? TryReadParent((EventField)name, colon + 1) : TrySkipValue(colon + 1)))
            {
                return false;
            }

            place = places[_at];
            if (name >= 0)
            {
                _slots[2 + (2 * name)] = colon + 1;
                _slots[3 + (2 * name)] = place - colon - 1;
            }

            if (text[place] != ',')
            {
                _at++;
                return text[place] == '}';
            }
        }
    }

    private bool TryReadParent(EventField field, int start)
    {
        EventFields.ClearMembers(_slots, field);
        if (_text[start] != '{')
        {
            return TrySkipValue(start);
        }

        _at++;
        return TryReadMembers(FieldNames.Within(field), isTop: false) && _places[_at] == _places[_at - 1] + 1;
    }

    // From the colon before a value to the place that follows it.
    private bool TrySkipValue(int start)
    {
        var next = _places[++_at];
        return next == start ? TrySkipContainer() : IsScalar(start, next);
    }

    private readonly bool IsScalar(int start, int end) => _text[start] == '"' || JsonScalar.IsValid(_text[start..end]);

    // From the opening bracket of an object or array to the place that follows its closing one, through everything in it.
    private bool TrySkipContainer()
    {
        // One bit a level, the lowest for the innermost: whether it is an array.
        var arrays = 0UL;
        var depth = 0;
        var at = _at;
        var place = _places[at];
    Open:
        var kind = _text[place];
        if (++depth > MaxDepth || (kind != '{' && kind != '['))
        {
            return false;
        }

        arrays = (arrays << 1) | (kind == '[' ? 1UL : 0);
        var next = _places[++at];
        if (next == place + 1 && _text[next] == kind + 2)
        {
            place = next;
            goto Close;
        }

    Item:
        // The place is that of an opening bracket or a comma.
        if ((arrays & 1) == 0)
        {
            if (_text[place + 1] != '"' || _text[next] != ':')
            {
                return false;
            }

            place = next;
            next = _places[++at];
        }

        if (next == place + 1)
        {
            place = next;
            goto Open;
        }

        if (!IsScalar(place + 1, next))
        {
            return false;
        }

        place = next;
    After:
        kind = _text[place];
        if (kind == ',')
        {
            next = _places[++at];
            goto Item;
        }

    Close:
        if (_text[place] != ((arrays & 1) == 0 ? '}' : ']'))
        {
            return false;
        }

        arrays >>= 1;
        next = _places[++at];
        if (next != place + 1)
        {
            return false;
        }

        place = next;
        if (--depth > 0)
        {
            goto After;
        }

        _at = at;
        return true;
    }
}
