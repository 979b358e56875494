using System.Text.Json;

namespace AuditWatch.Events;

/// <summary>
/// Finds the events in the text of batches: one Event after the other (one a line, or not), EventLists of any length, arrays of Events.
/// Incremental: one reader follows one stream of bytes, batch after batch, and an EventList may begin in one batch and end in another.
/// What cannot be read is rejected with its place and the next event is read; after broken JSON, reading goes on at the next line.
/// Not thread-safe.
/// </summary>
/// <param name="source">What to call the stream in rejections.</param>
public sealed class AuditEventReader(string source)
{
    // Deeper than any Kubernetes object (CRD schemas nest about a hundred levels), shallow enough to bound the work on hostile input.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 512 };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private long _offset;
    private long _line = 1;
    private long _lineStart;

    // Within the items of an EventList or an array: the state of the JSON reader between two of them.
    private bool _inItems;
    private JsonReaderState _itemsState;

    // The rest of a line that was rejected before its end had arrived.
    private bool _skippingLine;

    private enum Parsed
    {
        Event,
        NotAnEvent,
        Items,
        Incomplete,
    }

    /// <summary>Adds the events in the text of <paramref name="batch"/> to it.</summary>
    /// <param name="batch">A batch with no events yet, whose text goes on where the last call stopped.</param>
    /// <param name="isFinal">Whether no more text follows: what is incomplete is then rejected.</param>
    /// <returns>How many bytes were consumed; the rest is the beginning of an event and belongs at the start of the next batch.</returns>
    public int Read(EventBatch batch, bool isFinal)
    {
        var text = batch.Text;
        var at = 0;
        while (at < text.Length)
        {
            var next = _skippingLine ? SkipLine(text, at)
                : _inItems ? ReadItem(batch, text, at, isFinal)
                : ReadDocument(batch, text, at, isFinal);
            if (next < 0)
            {
                break;
            }

            at = next;
        }

        CountLines(text[..at]);
        return at;
    }

    /// <summary>
    /// Gives up on the event that the rest of the text begins, because it is longer than the source accepts: rejects it and skips the line.
    /// </summary>
    /// <param name="batch">The batch of which <see cref="Read"/> consumed nothing.</param>
    /// <param name="limit">The most bytes an event may have.</param>
    public void RejectOversized(EventBatch batch, int limit)
    {
        batch.Reject(new Rejection(source, _line, _offset - _lineStart + 1, $"an event longer than {limit} bytes"));
        _inItems = false;
        _skippingLine = true;
    }

    private int ReadDocument(EventBatch batch, ReadOnlySpan<byte> text, int at, bool isFinal)
    {
        at += _offset == 0 && at == 0 && text.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        var start = text[at..].IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0)
        {
            return text.Length;
        }

        start += at;
        if (text[start] != '{' && text[start] != '[')
        {
            Reject(batch, text, start, "not a JSON object");
            return SkipLine(text, start);
        }

        var reader = new Utf8JsonReader(text[start..], isFinal, new JsonReaderState(Options));
        try
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                return EnterItems(ref reader, start);
            }

            switch (ReadEvent(ref reader, batch.NextSlots(), start, mayBeList: true))
            {
                case Parsed.Incomplete:
                    return -1;
                case Parsed.Items:
                    return EnterItems(ref reader, start);
                case Parsed.NotAnEvent:
                    Reject(batch, text, start, "a JSON object without auditID and stage: not an audit event");
                    break;
                default:
                    batch.AddEvent(start, (int)reader.BytesConsumed);
                    break;
            }

            return start + (int)reader.BytesConsumed;
        }
        catch (JsonException problem)
        {
            RejectJson(batch, text, start, problem);
            return SkipLine(text, start);
        }
    }

    private int EnterItems(ref Utf8JsonReader reader, int start)
    {
        _inItems = true;
        _itemsState = reader.CurrentState;
        return start + (int)reader.BytesConsumed;
    }

    private int ReadItem(EventBatch batch, ReadOnlySpan<byte> text, int at, bool isFinal)
    {
        var reader = new Utf8JsonReader(text[at..], isFinal, _itemsState);
        try
        {
            if (!reader.Read())
            {
                return -1;
            }

            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return LeaveItems(ref reader, at);
            }

            var start = at + (int)reader.TokenStartIndex;
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                if (!reader.TrySkip())
                {
                    return -1;
                }

                Reject(batch, text, start, "an item that is not a JSON object");
            }
            else
            {
                switch (ReadEvent(ref reader, batch.NextSlots(), at, mayBeList: false))
                {
                    case Parsed.Incomplete:
                        return -1;
                    case Parsed.NotAnEvent:
                        Reject(batch, text, start, "an item without auditID and stage: not an audit event");
                        break;
                    default:
                        batch.AddEvent(start, at + (int)reader.BytesConsumed - start);
                        break;
                }
            }

            _itemsState = reader.CurrentState;
            return at + (int)reader.BytesConsumed;
        }
        catch (JsonException problem)
        {
            _inItems = false;
            RejectJson(batch, text, at, problem);
            return SkipLine(text, at);
        }
    }

    // The end of the array, and what an EventList may have after its items.
    private int LeaveItems(ref Utf8JsonReader reader, int at)
    {
        while (reader.CurrentDepth > 0)
        {
            if (!reader.Read())
            {
                return -1;
            }
        }

        _inItems = false;
        return at + (int)reader.BytesConsumed;
    }

    // The reader stands on the '{' of an object; on success it stands on its '}'.
    private static Parsed ReadEvent(ref Utf8JsonReader reader, Span<int> slots, int origin, bool mayBeList)
    {
        while (true)
        {
            if (!reader.Read())
            {
                return Parsed.Incomplete;
            }

            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return Has(slots, EventField.AuditId) || Has(slots, EventField.Stage) ? Parsed.Event : Parsed.NotAnEvent;
            }

            var isItems = mayBeList && reader.ValueTextEquals("items"u8);
            var known = EventFields.TryFind(ref reader, out var field);
            if (!reader.Read())
            {
                return Parsed.Incomplete;
            }

            if (isItems && reader.TokenType == JsonTokenType.StartArray)
            {
                return Parsed.Items;
            }

            // Of a repeated key the last counts, as in the API server: nothing of an earlier one may show through.
            var hasMembers = known && EventFields.HasMembers(field);
            if (hasMembers)
            {
                EventFields.ClearMembers(slots, field);
            }

            var start = (int)reader.TokenStartIndex;
            if (hasMembers && reader.TokenType == JsonTokenType.StartObject)
            {
                if (!ReadMembers(ref reader, slots, origin, field))
                {
                    return Parsed.Incomplete;
                }
            }
            else if (!reader.TrySkip())
            {
                return Parsed.Incomplete;
            }

            if (known)
            {
                Set(slots, field, origin + start, (int)reader.BytesConsumed - start);
            }
        }
    }

    private static bool ReadMembers(ref Utf8JsonReader reader, Span<int> slots, int origin, EventField parent)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            var known = EventFields.TryFindMember(ref reader, parent, out var field);
            if (!reader.Read())
            {
                return false;
            }

            var start = (int)reader.TokenStartIndex;
            if (!reader.TrySkip())
            {
                return false;
            }

            if (known)
            {
                Set(slots, field, origin + start, (int)reader.BytesConsumed - start);
            }
        }

        return false;
    }

    private static bool Has(Span<int> slots, EventField field) => slots[3 + (2 * (int)field)] != 0;

    private static void Set(Span<int> slots, EventField field, int start, int length)
    {
        slots[2 + (2 * (int)field)] = start;
        slots[3 + (2 * (int)field)] = length;
    }

    private int SkipLine(ReadOnlySpan<byte> text, int from)
    {
        var end = text[from..].IndexOf((byte)'\n');
        _skippingLine = end < 0;
        return end < 0 ? text.Length : from + end + 1;
    }

    private void RejectJson(EventBatch batch, ReadOnlySpan<byte> text, int documentStart, JsonException problem)
    {
        // The reader counts lines from the start of what it was given; its message quotes the input, so ours says only where.
        var line = documentStart;
        for (var i = problem.LineNumber ?? 0; i > 0; i--)
        {
            line += text[line..].IndexOf((byte)'\n') + 1;
        }

        var at = (int)Math.Min(text.Length, line + (problem.BytePositionInLine ?? 0));
        Reject(batch, text, at, at == text.Length ? "the JSON ends too early" : "broken JSON");
    }

    private void Reject(EventBatch batch, ReadOnlySpan<byte> text, int at, string reason)
    {
        var before = text[..at];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        var column = lineStart == 0 ? _offset + at - _lineStart : at - lineStart;
        batch.Reject(new Rejection(source, _line + before.Count((byte)'\n'), column + 1, reason));
    }

    private void CountLines(ReadOnlySpan<byte> consumed)
    {
        var last = consumed.LastIndexOf((byte)'\n');
        if (last >= 0)
        {
            _line += consumed.Count((byte)'\n');
            _lineStart = _offset + last + 1;
        }

        _offset += consumed.Length;
    }
}
