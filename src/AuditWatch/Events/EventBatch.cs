using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// Events that arrived together: the UTF-8 text they were read from and, for each, where its fields stand in it. What travels the pipeline.
/// A source fills it through <see cref="AuditEventReader"/>; its text is read-only from then on.
/// Not thread-safe: what has been found out about the bodies of an event is noted in it, so one thread at a time reads it.
/// </summary>
public sealed class EventBatch : IDisposable
{
    private const int FieldCount = (int)EventField.Annotations + 1;
    private const int BodyCount = (int)EventBody.PodSpec + 1;

    // Start and length of the event itself, then of each field, where length 0 means the field is missing, then of each body worked out of the
    // fields, where start 0 means it has not been looked for.
    private const int Stride = 2 * (1 + FieldCount + BodyCount);

    /// <summary>How much longer than the longest key the room for one must be.</summary>
    internal const int KeySlack = 32;

    private const int StatusDigits = 3;

    private readonly TaskCompletionSource _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Rejection> _rejections = [];
    private readonly Dictionary<string, long> _rejectedByReason = new(StringComparer.Ordinal);
    private readonly long[] _rejectedByKind = new long[(int)RejectionKind.Unread + 1];
    private readonly BodyTapes _tapes = new();
    private TimestampCheck _times;
    private byte[] _text;
    private int _end;
    private int[] _slots = BufferPool.Rent<int>(256 * Stride);

    /// <summary>An empty batch.</summary>
    /// <param name="origin">Where the events come from.</param>
    /// <param name="receivedAt">When the batch arrived; the time of an event that has none of its own.</param>
    /// <param name="capacity">Bytes of text to make room for.</param>
    public EventBatch(EventOrigin origin, DateTimeOffset receivedAt, int capacity = 1 << 20)
    {
        Origin = origin;
        ReceivedAt = receivedAt;
        _text = BufferPool.Rent<byte>(capacity);
    }

    /// <summary>Where the events come from.</summary>
    public EventOrigin Origin { get; }

    /// <summary>When the batch arrived.</summary>
    public DateTimeOffset ReceivedAt { get; internal set; }

    /// <summary>What its source is to find again after a restart once the outcome of the batch is durable; null if the source needs nothing.</summary>
    public Checkpoint? Checkpoint { get; set; }

    /// <summary>The number of events.</summary>
    public int Count { get; private set; }

    /// <summary>How many of the events have no time of their own that can be read.</summary>
    public int UntimedCount { get; private set; }

    /// <summary>
    /// The time of those in a log of the past, near which they stand in it; null where events are read as they happen: theirs is <see cref="ReceivedAt"/>.
    /// </summary>
    internal DateTimeOffset? TimeInLog { get; set; }

    /// <summary>How many of the events had a body that was too long to be recorded, as the API server or the cloud says in them.</summary>
    public int TruncatedCount { get; private set; }

    /// <summary>The event at <paramref name="index"/>, from 0 in the order they arrived.</summary>
    public AuditEvent this[int index] => index < Count ? new AuditEvent(this, index) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>The text read so far.</summary>
    public ReadOnlySpan<byte> Text => _text.AsSpan(0, TextLength);

    /// <summary>The length of <see cref="Text"/> in bytes.</summary>
    public int TextLength { get; private set; }

    /// <summary>The text, and behind it what was derived from it.</summary>
    internal ReadOnlySpan<byte> AllText => _text.AsSpan(0, _end);

    /// <summary>How many pieces of the input were not events.</summary>
    public long RejectedCount { get; private set; }

    /// <summary>How many were not for which reason.</summary>
    public IReadOnlyDictionary<string, long> RejectedByReason => _rejectedByReason;

    /// <summary>How many of them were of a kind.</summary>
    public long CountOf(RejectionKind kind) => _rejectedByKind[(int)kind];

    /// <summary>The first few of the rejections and the first for each reason, with their places.</summary>
    public IReadOnlyList<Rejection> Rejections => _rejections;

    /// <summary>
    /// Completes when the outcome of the batch is durable, and only then may its source be told that the events are safe;
    /// fails when the pipeline could not take them.
    /// </summary>
    public Task Outcome => _outcome.Task;

    /// <summary>Says that the outcome of the batch is durable.</summary>
    public void Acknowledge() => _outcome.TrySetResult();

    /// <summary>Says that the batch could not be processed, and why.</summary>
    public void Fail(Exception reason) => _outcome.TrySetException(reason);

    /// <summary>Room for more text, at least one byte; <see cref="Advance"/> says how much was written to it.</summary>
    /// <param name="longest">How long the text is to become at most; for a longer one the room grows byte by byte.</param>
    public Memory<byte> GetMemory(int longest = int.MaxValue)
    {
        if (IsFull)
        {
            BufferPool.Grow(ref _text, TextLength, TextLength + 1, longest);
        }

        return _text.AsMemory(TextLength);
    }

    /// <summary>Adds <paramref name="count"/> bytes, written to the memory of <see cref="GetMemory"/>, to the text.</summary>
    public void Advance(int count) => _end = TextLength += count;

    /// <summary>Adds a copy of <paramref name="text"/> to the text.</summary>
    public void Append(ReadOnlySpan<byte> text)
    {
        if (_text.Length - TextLength < text.Length)
        {
            BufferPool.Grow(ref _text, TextLength, TextLength + text.Length);
        }

        text.CopyTo(_text.AsSpan(TextLength));
        Advance(text.Length);
    }

    /// <summary>The memory that the batch holds, in bytes.</summary>
    internal long MemoryBytes => _text.Length + ((long)_slots.Length * sizeof(int));

    /// <summary>Whether more text needs more memory.</summary>
    internal bool IsFull => TextLength == _text.Length;

    /// <summary>Ends with the batch.</summary>
    internal IDisposable? Lease { get; set; }

    /// <summary>Gives the memory back. Every view of the batch is invalid afterwards.</summary>
    public void Dispose()
    {
        Count = 0;
        _end = TextLength = 0;
        _tapes.Dispose();
        BufferPool.Return(Interlocked.Exchange(ref _text, []));
        BufferPool.Return(Interlocked.Exchange(ref _slots, []));
        Lease?.Dispose();
    }

    /// <summary>Leaves out the end of the text, which belongs to the next batch.</summary>
    internal void Truncate(int length) => TextLength = length;

    /// <summary>Derives text from the text: what a string stands for. Spans of the text are invalid afterwards.</summary>
    /// <param name="start">Where the string begins, after its quote.</param>
    /// <param name="length">Its length, without quotes.</param>
    /// <returns>Where the derived text stands.</returns>
    internal (int Start, int Length) Unescape(int start, int length)
    {
        MakeRoom(length);
        return Derived(JsonEscapes.Resolve(_text.AsSpan(start, length), _text.AsSpan(_end)));
    }

    /// <summary>Adds text that somebody has derived. Spans of the text are invalid afterwards.</summary>
    /// <returns>Where it stands.</returns>
    internal (int Start, int Length) Derive(ReadOnlySpan<byte> text)
    {
        MakeRoom(text.Length);
        text.CopyTo(_text.AsSpan(_end));
        return Derived(text.Length);
    }

    /// <summary>Forgets text that was derived, from a place on.</summary>
    internal void Forget(int from) => _end = from;

    /// <summary>Takes back the last events.</summary>
    internal void RemoveEvents(int from)
    {
        while (Count > from)
        {
            UntimedCount -= IsTimed(--Count) ? 0 : 1;
            TruncatedCount -= IsTruncated(Count) ? 1 : 0;
        }
    }

    internal ReadOnlySpan<byte> JsonOf(int index) => Slot(index * Stride);

    internal ReadOnlySpan<byte> JsonOf(int index, EventField field) => Slot((index * Stride) + 2 + (2 * (int)field));

    /// <summary>Writes the JSON of some fields one after the other. See <see cref="AuditEvent.WriteKey"/>.</summary>
    internal int WriteKey(int index, ReadOnlySpan<EventField> fields, Span<byte> key)
    {
        var slots = _slots.AsSpan(index * Stride, Stride);
        var end = 0;
        foreach (var field in fields)
        {
            var (start, length) = (slots[2 + (2 * (int)field)], slots[3 + (2 * (int)field)]);
            if (end + sizeof(ushort) + length > key.Length - KeySlack)
            {
                return -1;
            }

            MemoryMarshal.Write(key[end..], (ushort)length);
            end += sizeof(ushort);
            if (length <= KeySlack && start <= _text.Length - KeySlack)
            {
                // Most values are short: copied with what follows them, which the next one overwrites.
                Vector256.LoadUnsafe(ref _text[start]).CopyTo(key[end..]);
            }
            else
            {
                _text.AsSpan(start, length).CopyTo(key[end..]);
            }

            end += length;
        }

        key.Slice(end, KeySlack).Clear();
        return end;
    }

    /// <summary>A body, looked for the first time it is asked for.</summary>
    internal ReadOnlySpan<byte> JsonOf(int index, EventBody body, Func<AuditEvent, Range> find)
    {
        var at = (index * Stride) + (2 * (1 + FieldCount + (int)body));
        if (_slots[at] == 0)
        {
            var (start, length) = find(new AuditEvent(this, index)).GetOffsetAndLength(_end);
            (_slots[at], _slots[at + 1]) = length == 0 ? (-1, 0) : (start, length);
        }

        return _slots[at] < 0 ? default : Slot(at);
    }

    /// <summary>See <see cref="AuditEvent.BodyMayContain"/>.</summary>
    internal bool BodyMayContain(int index, SearchValues<string> literals)
    {
        var at = (index * Stride) + 2 + (2 * (int)EventField.RequestObject);
        return (_slots[at + 1] > 0 && _tapes.MayContain(0, Slot(at), _slots[at], literals))
            || (_slots[at + 3] > 0 && _tapes.MayContain(1, Slot(at + 2), _slots[at + 2], literals));
    }

    /// <summary>A part of a body, to be walked on the body's tape.</summary>
    internal JsonValue OnTape(int index, JsonValue part)
    {
        var start = RangeOf(part.Bytes).Start.Value;
        var at = (index * Stride) + 2 + (2 * (int)EventField.RequestObject);
        for (var which = 0; which < 2; which++, at += 2)
        {
            if (start >= _slots[at] && start < _slots[at] + _slots[at + 1])
            {
                return _tapes.Of(which, Slot(at), _slots[at], part, start);
            }
        }

        return part;
    }

    /// <summary>See <see cref="AuditEvent.AsMergePatch"/>.</summary>
    internal JsonValue AsMergePatch(int index, JsonValue patch) => _tapes.AsMergePatch(patch, _slots[(index * Stride) + 2 + (2 * (int)EventField.RequestObject)]);

    /// <summary>Where in the text a part of it stands.</summary>
    internal Range RangeOf(ReadOnlySpan<byte> part) => AllText.Overlaps(part, out var start) ? start..(start + part.Length) : default;

    /// <summary>Room for the fields of one more event, all missing; it counts once <see cref="AddEvent"/> is called.</summary>
    internal Span<int> NextSlots()
    {
        var at = Count * Stride;
        if (at + Stride > _slots.Length)
        {
            BufferPool.Grow(ref _slots, at, at + Stride);
        }

        var slots = _slots.AsSpan(at, Stride);
        slots.Clear();
        return slots;
    }

    /// <summary>What was noted there last, of an object that turned out to be no event.</summary>
    internal ReadOnlySpan<int> LastSlots => _slots.AsSpan(Count * Stride, Stride);

    internal void AddEvent(int start, int length)
    {
        _slots[Count * Stride] = start;
        _slots[(Count * Stride) + 1] = length;
        var code = _slots.AsSpan((Count * Stride) + 2 + (2 * (int)EventField.ResponseStatusCode), 2);
        if (code[1] != StatusDigits && code[1] > 0)
        {
            var digits = StatusCode.Digits(_text.AsSpan(code[0], code[1]));
            (code[0], code[1]) = (code[0] + digits.Start.Value, digits.End.Value - digits.Start.Value);
        }

        UntimedCount += IsTimed(Count) ? 0 : 1;
        TruncatedCount += IsTruncated(Count) ? 1 : 0;
        Count++;
    }

    internal void Reject(Rejection rejection, long offset = 0, ReadOnlySpan<byte> piece = default, long times = 1)
    {
        const int kept = 8;
        RejectedCount += times;
        _rejectedByKind[(int)rejection.Kind] += times;
        var sameReason = _rejectedByReason.GetValueOrDefault(rejection.Reason);
        _rejectedByReason[rejection.Reason] = sameReason + times;
        if (sameReason == 0 || _rejections.Count < kept)
        {
            _rejections.Add(rejection with { Piece = RejectedPiece.Of(offset, piece) });
        }
    }

    /// <summary>Says that so many lines and bytes stand before the text.</summary>
    internal void MoveRejections(long lines, long bytes)
    {
        foreach (ref var rejection in CollectionsMarshal.AsSpan(_rejections))
        {
            rejection = rejection with { Line = rejection.Line + lines, Piece = rejection.Piece with { Offset = rejection.Piece.Offset + bytes } };
        }
    }

    private bool IsTimed(int index) =>
        (JsonOf(index, EventField.RequestReceivedTimestamp) is [(byte)'"', .. var text, (byte)'"'] && _times.CanRead(text))
        || new AuditEvent(this, index).TryGetOwnTime(out _);

    // Nearly every event that has a body has it as an object; of those that have none, nearly every one has level Metadata.
    private bool IsTruncated(int index)
    {
        var request = JsonOf(index, EventField.RequestObject);
        var response = JsonOf(index, EventField.ResponseObject);
        return (request.IsEmpty && response.IsEmpty)
            ? !JsonOf(index, EventField.Level).SequenceEqual("\"Metadata\""u8) && Truncation.IsAnnotated(JsonOf(index, EventField.Annotations))
            : Truncation.IsPlaceholder(request) || Truncation.IsPlaceholder(response);
    }

    private void MakeRoom(int length)
    {
        if (_text.Length - _end < length)
        {
            BufferPool.Grow(ref _text, _end, _end + length, Math.Max(_end + length, _text.Length + (4 << 20)));
        }
    }

    private (int Start, int Length) Derived(int length)
    {
        var start = _end;
        _end += length;
        return (start, length);
    }

    private ReadOnlySpan<byte> Slot(int at) => _text.AsSpan(_slots[at], _slots[at + 1]);
}
