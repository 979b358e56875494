using System.Text.Json;
using AuditWatch.Events.Envelopes;
using AuditWatch.Events.Json;
using AuditWatch.Events.Scanning;

namespace AuditWatch.Events;

/// <summary>
/// Finds the events in a stream of JSON text that comes batch by batch: Events one after the other, on a line each or not; EventLists of any length; arrays of
/// Events; the envelopes of clouds and log shippers in place of an Event; and lines with other text before their JSON. An EventList may begin in one batch and end in another. Not thread-safe.
/// </summary>
/// <remarks>
/// Input that is no event is rejected with its place, and reading goes on with what follows; after broken JSON, on the next line. The file is long because
/// the reader is one state machine: between documents, within the items of a list, and skipping what was rejected before its end had arrived.
/// </remarks>
/// <param name="source">The name of the stream in rejections.</param>
internal sealed class AuditEventReader(string source)
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    // The position in the stream of the byte _counted of the current text. It only moves forward, so that no byte is counted twice.
    private TextPosition _place = new();
    private int _counted;
    private bool _started;

    // Not null within the items of an EventList or an array.
    private JsonArrayState? _items;

    private EnvelopeReader? _envelopes;

    // Set while the rest is skipped of a line that was rejected before its end had arrived, or of an event that is too long.
    private bool _skippingLine;
    private JsonValueSkipper? _skipper;

    /// <summary>Whether what was consumed so far ends with a line and within no document.</summary>
    internal bool IsBetweenLines => _started && _items is null && _skipper is null && !_skippingLine && _envelopes?.IsWithinLine != true && _place.Column == 1;

    /// <summary>The memory held for lines whose rest has not arrived, in bytes.</summary>
    internal long HeldBytes => _envelopes?.HeldBytes ?? 0;

    /// <summary>Creates a reader of a part of a stream that is not its beginning.</summary>
    /// <param name="source">The name of the stream in rejections.</param>
    internal static AuditEventReader WithinStream(string source) => new(source) { _started = true };

    /// <summary>Moves the positions of this reader by what another one consumed before it.</summary>
    /// <returns>The lines and bytes that the other one consumed.</returns>
    internal (long Lines, long Bytes) ContinueFrom(AuditEventReader before)
    {
        var (lines, bytes) = (before._place.Line - 1, before._place.Offset);
        _place.AddBefore(lines, bytes);
        return (lines, bytes);
    }

    /// <summary>Finds the events in the text of a batch and adds them to the batch.</summary>
    /// <param name="batch">A batch without events, whose text begins with what the last call did not consume.</param>
    /// <param name="isFinal">Whether the stream ends with this text; an incomplete event is rejected then.</param>
    /// <param name="maxEvents">The most events to add, at least 1. Default: no limit.</param>
    /// <returns>How many bytes of the text were consumed. The caller moves the rest to the start of the next batch.</returns>
    public int Read(EventBatch batch, bool isFinal, int maxEvents = int.MaxValue)
    {
        var places = BufferPool.Rent<int>(StructureIndex.Room);
        try
        {
            return ReadDocuments(batch, 0, batch.TextLength, isFinal, maxEvents, new LineScanner(places));
        }
        finally
        {
            BufferPool.Return(places);
        }
    }

    /// <summary>Finds the events of a stream that is a part of the text of a batch, whole, and adds them to the batch.</summary>
    /// <param name="batch">A batch with the events of the parts before, if any. Each part ends with a line feed that is not counted to it.</param>
    /// <param name="from">Where the part begins.</param>
    /// <param name="length">How long it is, in bytes.</param>
    public void ReadPart(EventBatch batch, int from, int length)
    {
        var places = BufferPool.Rent<int>(StructureIndex.Room);
        try
        {
            _counted = from;
            ReadDocuments(batch, from, from + length, isFinal: true, int.MaxValue, new LineScanner(places));
        }
        finally
        {
            BufferPool.Return(places);
        }
    }

    /// <summary>
    /// Rejects the event at the start of the text because it is too long, and skips it: to its end, or to the end of the line if that comes first.
    /// </summary>
    /// <param name="batch">The batch of which <see cref="Read"/> consumed nothing.</param>
    /// <param name="limit">The most bytes that an event may have, for the message.</param>
    public void RejectOversized(EventBatch batch, int limit)
    {
        var start = Math.Max(0, batch.Text.IndexOfAnyExcept(" \t\r\n,"u8));
        Reject(batch, start, batch.TextLength - start, $"an event longer than {limit} bytes", RejectionKind.Unread);
        _skipper = default(JsonValueSkipper);
    }

    private int ReadDocuments(EventBatch batch, int from, int until, bool isFinal, int maxEvents, LineScanner lines)
    {
        var text = batch.Text[..until];
        var at = from + (_started ? 0 : SkipByteOrderMark(text[from..], isFinal));
        while (at < text.Length && _started && batch.Count < maxEvents)
        {
            var next = _skipper is not null ? SkipValue(text, at)
                : _skippingLine ? SkipLine(text, at)
                : _items is not null ? ReadItem(batch, text, at, isFinal)
                : ReadDocument(batch, text, at, isFinal, lines);
            if (next < 0)
            {
                break;
            }

            at = next;
            text = batch.Text[..until];
        }

        if (isFinal && _items is not null && at == text.Length)
        {
            _items = null;
            Reject(batch, at, 0, "the JSON ends too early", RejectionKind.Malformed);
        }

        if (isFinal && at == text.Length && _envelopes?.IsWithinLine == true)
        {
            var (times, reason) = _envelopes.Finish();
            Reject(batch, at, 0, reason, RejectionKind.Malformed, times);
        }

        MoveTo(text, at);
        _counted = 0;
        return at;
    }

    /// <summary>Whether another reader could go on at the next byte: whether what was consumed ends within no EventList, array or line, and within nothing that is skipped.</summary>
    public bool IsBetweenDocuments => _items is null && !_skippingLine && _skipper is null && _envelopes?.IsWithinLine != true;

    /// <summary>Rejects the rest of the stream, which cannot be read.</summary>
    /// <param name="batch">The batch to which the rejection is added.</param>
    /// <param name="reason">Why it cannot be read.</param>
    public void RejectRest(EventBatch batch, string reason) =>
        batch.Reject(new Rejection(source, _place.Line, _place.Column, reason) { Kind = RejectionKind.Unread }, _place.Offset);

    private int SkipByteOrderMark(ReadOnlySpan<byte> text, bool isFinal)
    {
        _started = isFinal || text.Length >= ByteOrderMark.Length || !ByteOrderMark.StartsWith(text);
        return _started && text.StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
    }

    private int ReadDocument(EventBatch batch, ReadOnlySpan<byte> text, int at, bool isFinal, LineScanner lines)
    {
        // Zero bytes: a file that was truncated while its writer kept its position begins with a hole.
        var start = text[at..].IndexOfAnyExcept(" \t\r\n\0"u8);
        if (start < 0)
        {
            return text.Length;
        }

        start += at;
        if (text[start..].StartsWith(ByteOrderMark))
        {
            // Files with one each that were put together.
            return start + ByteOrderMark.Length;
        }

        if (text[start] != '{' && !BeginsArray(text[start..], isFinal, out var isKnown))
        {
            return isKnown ? ReadLine(batch, text, start, isFinal, lines) : -1;
        }

        // The scanner reads to the end of the line. Tried for every event of a long line, it would read the rest of the line as many times.
        if (text[start] == '{' && BeginsLine(text, at, start) && lines.TryRead(text, start, batch.NextSlots(), out var end))
        {
            batch.AddEvent(start, end - start);
            return end;
        }

        var reader = new Utf8JsonReader(text[start..], isFinal, new JsonReaderState(JsonValue.ReaderOptions));
        try
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                _items = JsonArrayState.ArrayStart;
                return start + (int)reader.BytesConsumed;
            }

            switch (EventParser.Read(ref reader, batch.NextSlots(), text, start, mayBeList: true))
            {
                case EventParser.Found.Incomplete:
                    return -1;
                case EventParser.Found.Items:
                    _items = JsonArrayState.ListStart;
                    break;
                case EventParser.Found.NotAnEvent:
                    ReadEnvelope(batch, start, (int)reader.BytesConsumed);
                    break;
                default:
                    batch.AddEvent(start, (int)reader.BytesConsumed);
                    break;
            }

            return start + (int)reader.BytesConsumed;
        }
        catch (JsonException problem)
        {
            return RejectJson(batch, text, start, 0, problem, isFinal);
        }
    }

    // [pod/kube-apiserver-1/kube-apiserver] begins a line of something else.
    private static bool BeginsArray(ReadOnlySpan<byte> text, bool isFinal, out bool isKnown)
    {
        isKnown = true;
        if (text[0] != '[')
        {
            return false;
        }

        var next = text[1..].TrimStart(" \t\r\n"u8);
        isKnown = isFinal || !next.IsEmpty;
        return isKnown && (next.IsEmpty || next[0] is (byte)'{' or (byte)'[' or (byte)']' or (byte)'"');
    }

    // A line that does not begin with JSON.
    private int ReadLine(EventBatch batch, ReadOnlySpan<byte> text, int start, bool isFinal, LineScanner lines)
    {
        var lineFeed = text[start..].IndexOf((byte)'\n');
        if (lineFeed < 0 && !isFinal)
        {
            // A piece of a long line need not hold any brace.
            if (text.Length - start < LinePrefix.Longest || text.Slice(start, LinePrefix.Longest).Contains((byte)'{') || LinePrefix.Of(text[start..]).IsOfContainer)
            {
                return -1;
            }

            var rest = SkipLine(text, start);
            Reject(batch, start, rest - start, ForeignLog.NameOf(text[start..]), ForeignLog.KindOf(text[start..]));
            return rest;
        }

        var end = lineFeed < 0 ? text.Length : start + lineFeed;
        var next = lineFeed < 0 ? end : end + 1;
        var prefix = LinePrefix.Of(text[start..end]);
        if (prefix is { Length: > 0, IsOfContainer: false } && char.IsAsciiDigit((char)text[start]) && text[(start + prefix.Length)..end].TrimEnd(" \t\r"u8) is [(byte)'{'])
        {
            // aws logs tail --format json: JSON over many lines, of which the first has a time before it.
            return start + prefix.Length;
        }

        _envelopes ??= new EnvelopeReader();
        if (prefix is { Length: > 0, IsPartial: false } && !_envelopes.IsWithinLine && start + prefix.Length < end && text[start + prefix.Length] == '{'
            && lines.TryRead(text, start + prefix.Length, batch.NextSlots(), out var eventEnd) && (eventEnd == end || (eventEnd == end - 1 && text[eventEnd] == '\r')))
        {
            batch.AddEvent(start + prefix.Length, eventEnd - start - prefix.Length);
            return next;
        }

        foreach (var ((kind, reason), times) in _envelopes.OpenLine(batch, start, end - start))
        {
            Reject(batch, start, next - start, reason, kind, times);
        }

        return next;
    }

    private bool BeginsLine(ReadOnlySpan<byte> text, int from, int start) =>
        text[from..start].Contains((byte)'\n') || (from == 0 ? _place.Column == 1 : text[from - 1] == '\n');

    private int ReadItem(EventBatch batch, ReadOnlySpan<byte> text, int at, bool isFinal)
    {
        var reader = new Utf8JsonReader(text[at..], isFinal, _items!.State);
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
            var type = reader.TokenType;
            if (type != JsonTokenType.StartObject)
            {
                if (!reader.TrySkip())
                {
                    return -1;
                }

                ReadItemInside(batch, start, at + (int)reader.BytesConsumed - start, type);
            }
            else
            {
                switch (EventParser.Read(ref reader, batch.NextSlots(), text, at, mayBeList: false))
                {
                    case EventParser.Found.Incomplete:
                        return -1;
                    case EventParser.Found.NotAnEvent:
                        ReadEnvelope(batch, start, at + (int)reader.BytesConsumed - start);
                        break;
                    default:
                        batch.AddEvent(start, at + (int)reader.BytesConsumed - start);
                        break;
                }
            }

            _items = _items.AfterItem;
            return at + (int)reader.BytesConsumed;
        }
        catch (JsonException problem)
        {
            var before = _items.Length;
            _items = null;
            return RejectJson(batch, text, at, before, problem, isFinal);
        }
    }

    // Of an item that is no object: the text of an event, or an array. Spans of the batch's text are invalid afterwards.
    private void ReadItemInside(EventBatch batch, int start, int length, JsonTokenType type)
    {
        _envelopes ??= new EnvelopeReader();
        if (type is not (JsonTokenType.String or JsonTokenType.StartArray) || _envelopes.OpenItem(batch, start, length, type) is not { } problems)
        {
            Reject(batch, start, length, "an item that is not a JSON object", RejectionKind.NotAnEvent);
            return;
        }

        foreach (var ((kind, reason), times) in problems)
        {
            Reject(batch, start, length, reason, kind, times);
        }
    }

    // Of an object that is no event. Spans of the batch's text are invalid afterwards.
    private void ReadEnvelope(EventBatch batch, int start, int length)
    {
        var lack = EventShape.Lack(batch.Text, batch.LastSlots, batch.Text.Slice(start, length));
        _envelopes ??= new EnvelopeReader();
        if (_envelopes.Open(batch, start, length) is not { } problems)
        {
            Reject(batch, start, length, lack, RejectionKind.NotAnEvent);
            return;
        }

        foreach (var ((kind, reason), times) in problems)
        {
            Reject(batch, start, length, reason, kind, times);
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

        _items = null;
        return at + (int)reader.BytesConsumed;
    }

    private int SkipLine(ReadOnlySpan<byte> text, int from)
    {
        var end = text[from..].IndexOf((byte)'\n');
        _skippingLine = end < 0;
        return end < 0 ? text.Length : from + end + 1;
    }

    private int SkipValue(ReadOnlySpan<byte> text, int from)
    {
        var skipper = _skipper.GetValueOrDefault();
        var next = skipper.Skip(text, from, out var end);
        _skipper = end == JsonValueSkipper.End.NotYet ? skipper : null;
        _items = end == JsonValueSkipper.End.OfLine ? null : _items?.AfterItem;
        return next;
    }

    // Rejects the JSON from `start` on and says where to go on: at the next line, for a line cut short makes one document with the lines after it.
    // Of those, the last before the error may be whole; going back further would have the same lines read again and again.
    private int RejectJson(EventBatch batch, ReadOnlySpan<byte> text, int start, int before, JsonException problem, bool isFinal)
    {
        MoveTo(text, start);
        var lines = problem.LineNumber ?? 0;
        var (previous, line) = (start, start);
        for (var i = lines; i > 0; i--)
        {
            (previous, line) = (line, line + text[line..].IndexOf((byte)'\n') + 1);
        }

        var at = (int)Math.Min(text.Length, line + (problem.BytePositionInLine ?? 0) - (lines == 0 ? before : 0));
        var next = lines switch
        {
            0 => SkipLine(text, start),
            1 => line,
            _ => previous,
        };
        var rejection = new Rejection(
            source,
            _place.Line + lines,
            lines == 0 ? _place.Column + at - start : at - line + 1,
            isFinal && at == text.Length ? "the JSON ends too early" : "broken JSON")
        {
            Kind = RejectionKind.Malformed,
        };
        batch.Reject(rejection, _place.Offset, text[start..next]);
        return next;
    }

    private void Reject(EventBatch batch, int at, int length, string reason, RejectionKind kind, long times = 1)
    {
        MoveTo(batch.Text, at);
        batch.Reject(new Rejection(source, _place.Line, _place.Column, reason) { Kind = kind }, _place.Offset, batch.Text.Slice(at, length), times);
    }

    private void MoveTo(ReadOnlySpan<byte> text, int at)
    {
        _place.Advance(text[_counted..at]);
        _counted = at;
    }
}
