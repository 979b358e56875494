using AuditWatch.Events;
using Microsoft.Win32.SafeHandles;

namespace AuditWatch.Sources.LogFile;

/// <summary>A piece of a file, read as if a document began at its beginning.</summary>
/// <param name="Batch">Its text, and the events that were found in it.</param>
/// <param name="Reader">What read it: knows whether it ended within something.</param>
/// <param name="Consumed">How much of the text was read; the rest is the beginning of an event.</param>
internal sealed record Piece(EventBatch Batch, AuditEventReader Reader, int Consumed)
{
    private const int LookBytes = 4 << 10;

    /// <summary>Where the piece that begins at <paramref name="start"/> ends: after the first line feed from about so many bytes on, or with the file.</summary>
    public static long EndOf(SafeFileHandle file, long start, int about)
    {
        Span<byte> look = stackalloc byte[LookBytes];
        var at = start + about;

        // A line longer than that is cut: the joiner does not mind.
        for (var limit = at + EventBatchReader.DefaultMaxEventBytes; at < limit;)
        {
            var count = RandomAccess.Read(file, look, at);
            var lineFeed = look[..count].IndexOf((byte)'\n');
            if (lineFeed >= 0)
            {
                return at + lineFeed + 1;
            }

            if (count == 0)
            {
                return Math.Max(start, Math.Min(at, RandomAccess.GetLength(file)));
            }

            at += count;
        }

        return at;
    }

    /// <summary>Reads a piece.</summary>
    public static Piece Read(SafeFileHandle file, long start, int length, EventOrigin origin, TimeProvider time, Action<EventBatch>? lookAhead)
    {
        var batch = new EventBatch(origin, time.GetUtcNow(), Math.Max(length, 1));
        while (batch.TextLength < length)
        {
            var count = RandomAccess.Read(file, batch.GetMemory().Span[..(length - batch.TextLength)], start + batch.TextLength);
            if (count == 0)
            {
                break;
            }

            batch.Advance(count);
        }

        var reader = start == 0 ? new AuditEventReader(origin.Source) : AuditEventReader.WithinStream(origin.Source);
        var consumed = reader.Read(batch, isFinal: false);
        // Of events without a time it is known only in the order of the file what theirs is.
        if (consumed == batch.TextLength && reader.IsBetweenLines && batch.UntimedCount == 0)
        {
            lookAhead?.Invoke(batch);
        }

        return new Piece(batch, reader, consumed);
    }
}
