using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// Events that arrived together: their UTF-8 text, and for each event the places of its fields in it. A source fills the batch through
/// <see cref="AuditEventReader"/>; then it is read-only, and goes through the stages as one unit, which is acknowledged, or fails, as a whole.
/// </summary>
/// <remarks>
/// Lifetime: whoever gets a batch from a source disposes of it; its events are invalid afterwards. Threads: one at a time, because what is found out about
/// bodies is kept in the batch. The file is long because text, slots and derived text share one buffer and one layout.
/// </remarks>
public sealed class EventBatch : IDisposable
{
    private const int FieldCount = (int)EventField.Annotations + 1;
    private const int BodyCount = (int)EventBody.PodSpec + 1;

    // For each event: start and length of the event, then of each indexed field, where length 0 means that it is missing, then of each derived body,
    // where start 0 means that it has not been looked for.
    private const int Stride = 2 * (1 + FieldCount + BodyCount);

    /// <summary>See <see cref="AuditEvent.KeySlack"/>.</summary>
    internal const int KeySlack = 32;

    private const int StatusDigits = 3;

    private readonly TaskCompletionSource _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Rejection> _rejections = [];
    private readonly Dictionary<string, long> _rejectedByReason = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _examples = new(StringComparer.Ordinal);
    private readonly long[] _rejectedByKind = new long[(int)RejectionKind.Unread + 1];
    private readonly BodyTapes _tapes = new();
    private TimestampCheck _times;
    private byte[] _text;
    private int _end;
    private int[] _slots = BufferPool.Rent<int>(256 * Stride);

    /// <summary>Creates an empty batch.</summary>
    /// <param name="origin">Where the events come from.</param>
    /// <param name="receivedAt">When the batch arrived: the event time of events without one.</param>
    /// <param name="capacity">The initial room for text, in bytes. Default: 1 MiB.</param>
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

    /// <summary>The position of the source after this batch, stored together with its outcome; null if the source needs none.</summary>
    public Checkpoint? Checkpoint { get; set; }

    /// <summary>The number of events.</summary>
    public int Count { get; private set; }

    /// <summary>The number of events without a time of their own that can be read.</summary>
    public int UntimedCount { get; private set; }

    /// <summary>The event time of those in a log of the past: that of a neighbour in the log; null if events are read as they happen: it is <see cref="ReceivedAt"/> then.</summary>
    internal DateTimeOffset? TimeInLog { get; set; }

    /// <summary>The number of events whose body was too long to be recorded, as the API server or the cloud says in them.</summary>
    public int TruncatedCount { get; private set; }

    /// <summary>The event at an index from 0, in the order of the text.</summary>
    public AuditEvent this[int index] => index < Count ? new AuditEvent(this, index) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>The text, as it was received.</summary>
    public ReadOnlySpan<byte> Text => _text.AsSpan(0, TextLength);

    /// <summary>The length of <see cref="Text"/> in bytes.</summary>
    public int TextLength { get; private set; }

    /// <summary>The text, followed by text that was derived from it.</summary>
    internal ReadOnlySpan<byte> AllText => _text.AsSpan(0, _end);

    /// <summary>How many pieces of input were rejected because they are no events.</summary>
    public long RejectedCount { get; private set; }

    /// <summary>How many pieces of input were rejected for each reason.</summary>
    public IReadOnlyDictionary<string, long> RejectedByReason => _rejectedByReason;

    /// <summary>How many pieces of input of a kind were rejected.</summary>
    public long CountOf(RejectionKind kind) => _rejectedByKind[(int)kind];

    /// <summary>How the first piece of input that was rejected for a reason begins (<see cref="RejectedExample"/>); empty if nothing of it may be shown.</summary>
    internal string ExampleOf(string reason) => _examples.TryGetValue(reason, out var beginning) ? RejectedExample.Of(beginning) : "";

    /// <summary>The first eight rejections and the first for each reason, with their places.</summary>
    public IReadOnlyList<Rejection> Rejections => _rejections;

    /// <summary>
    /// Completes when the outcome of the batch is durable, which is when its source may acknowledge the events to their sender; faults if the batch could not
    /// be processed.
    /// </summary>
    public Task Outcome => _outcome.Task;

    /// <summary>Completes <see cref="Outcome"/>. Safe to call from any thread.</summary>
    public void Acknowledge() => _outcome.TrySetResult();

    /// <summary>Faults <see cref="Outcome"/>. Safe to call from any thread.</summary>
    public void Fail(Exception reason) => _outcome.TrySetException(reason);

    /// <summary>Returns room for more text, at least one byte. <see cref="Advance"/> adds what was written to it.</summary>
    /// <param name="longest">The length in bytes that the text is expected to have at most; beyond it, the room grows byte by byte. Default: no limit.</param>
    public Memory<byte> GetMemory(int longest = int.MaxValue)
    {
        if (IsFull)
        {
            BufferPool.Grow(ref _text, TextLength, TextLength + 1, longest);
        }

        return _text.AsMemory(TextLength);
    }

    /// <summary>Makes room for text of so many bytes in all.</summary>
    internal void Reserve(int length)
    {
        if (_text.Length < length)
        {
            BufferPool.Grow(ref _text, TextLength, length);
        }
    }

    /// <summary>Adds the first <paramref name="count"/> bytes of the room that <see cref="GetMemory"/> returned to the text.</summary>
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

    /// <summary>The memory that the batch holds, in bytes, bodies' tapes aside.</summary>
    internal long MemoryBytes => _text.Length + ((long)_slots.Length * sizeof(int));

    /// <summary>Whether more text needs more memory.</summary>
    internal bool IsFull => TextLength == _text.Length;

    /// <summary>Disposed of with the batch; null for none.</summary>
    internal IDisposable? Lease { get; set; }

    /// <summary>Returns the memory to its pool. Every view of the batch is invalid afterwards.</summary>
    public void Dispose()
    {
        Count = 0;
        _end = TextLength = 0;
        _tapes.Dispose();
        BufferPool.Return(Interlocked.Exchange(ref _text, []));
        BufferPool.Return(Interlocked.Exchange(ref _slots, []));
        Lease?.Dispose();
    }

    /// <summary>Removes the end of the text, which belongs to the next batch.</summary>
    internal void Truncate(int length) => TextLength = length;

    /// <summary>Adds the unescaped text of a JSON string in the text as derived text. Spans of the text are invalid afterwards.</summary>
    /// <param name="start">The place of the string's first byte after its quote.</param>
    /// <param name="length">Its length without quotes.</param>
    /// <returns>The place of the derived text.</returns>
    internal (int Start, int Length) Unescape(int start, int length)
    {
        MakeRoom(length);
        return Derived(JsonEscapes.Resolve(_text.AsSpan(start, length), _text.AsSpan(_end)));
    }

    /// <summary>Adds derived text. Spans of the text are invalid afterwards.</summary>
    /// <returns>Its place.</returns>
    internal (int Start, int Length) Derive(ReadOnlySpan<byte> text)
    {
        MakeRoom(text.Length);
        text.CopyTo(_text.AsSpan(_end));
        return Derived(text.Length);
    }

    /// <summary>Removes the derived text from a place on.</summary>
    internal void Forget(int from) => _end = from;

    /// <summary>Removes the events from an index on.</summary>
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

    /// <summary>See <see cref="AuditEvent.WriteKey"/>.</summary>
    internal int WriteKey(int index, ReadOnlySpan<EventField> fields, Span<byte> key)
    {
        var slots = SlotsOf(index);
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

    /// <summary>See <see cref="AuditEvent.BodyMayHaveKey"/>.</summary>
    internal bool BodyMayHaveKey(int index, int place)
    {
        var at = (index * Stride) + 2 + (2 * (int)EventField.RequestObject);
        return (_slots[at + 1] > 0 && _tapes.MayHaveKey(0, Slot(at), _slots[at], place)) || (_slots[at + 3] > 0 && _tapes.MayHaveKey(1, Slot(at + 2), _slots[at + 2], place));
    }

    /// <summary>See <see cref="AuditEvent.OnTape"/>.</summary>
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

    /// <summary>The place in the text of a span of it.</summary>
    internal Range RangeOf(ReadOnlySpan<byte> part) => AllText.Overlaps(part, out var start) ? start..(start + part.Length) : default;

    /// <summary>Returns the slots of the next event, all missing. <see cref="AddEvent"/> adds the event.</summary>
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
    internal ReadOnlySpan<int> LastSlots => SlotsOf(Count);

    /// <summary>Start and length in the text: of the event, then of each field in the order of <see cref="EventField"/>, then of each body.</summary>
    internal Span<int> SlotsOf(int index) => _slots.AsSpan(index * Stride, Stride);

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
        if (sameReason == 0 && !piece.IsEmpty)
        {
            _examples[rejection.Reason] = RejectedExample.Beginning(piece);
        }

        if (sameReason == 0 || _rejections.Count < kept)
        {
            _rejections.Add(rejection with { Piece = RejectedPiece.Of(offset, piece) });
        }
    }

    /// <summary>Moves the places of the rejections by the lines and bytes that precede the text in its stream.</summary>
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
