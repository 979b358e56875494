using Microsoft.Win32.SafeHandles;

namespace AuditWatch.State.Journaling;

/// <summary>
/// A file of the journal. One thread at a time writes; any number read what was durable when they were told of it. It stays open, and on Unix readable
/// even if deleted, until it is retired and nobody has it pinned.
/// </summary>
internal sealed class Segment(string path, SafeFileHandle file, SegmentHeader header, JournalFiles files) : IValueSource
{
    private readonly Lock _lock = new();
    private int _pins;
    private bool _isRetired;

    /// <summary>Its path.</summary>
    public string Path => path;

    /// <summary>The open file.</summary>
    public SafeFileHandle File => file;

    /// <summary>Its header.</summary>
    public SegmentHeader Header => header;

    /// <summary>How many bytes of it are durable; what comes after them does not count.</summary>
    public long Length { get; set; } = SegmentHeader.Size;

    /// <summary>Whether it holds no frames.</summary>
    public bool IsEmpty => Length == SegmentHeader.Size;

    /// <summary>Adds frames after the last durable one, with one write, and makes them durable.</summary>
    /// <returns>Where each of them begins.</returns>
    /// <exception cref="Exception">Not all of that was done. How much, nobody knows: nothing more may be appended.</exception>
    public long[] Append(IReadOnlyList<byte[]> frames)
    {
        var offsets = new long[frames.Count];
        var buffers = new ReadOnlyMemory<byte>[frames.Count];
        var end = Length;
        for (var i = 0; i < offsets.Length; i++)
        {
            Frame.Place(frames[i], header.Salt, end, writeStart: Length);
            buffers[i] = frames[i];
            offsets[i] = end;
            end += frames[i].Length;
        }

        files.Write(file, buffers, Length);
        files.Flush(file);
        Length = end;
        return offsets;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(in Location place)
    {
        var value = GC.AllocateUninitializedArray<byte>(place.Length);
        var read = 0;
        while (read < value.Length && RandomAccess.Read(file, value.AsSpan(read), place.Offset + read) is > 0 and var more)
        {
            read += more;
        }

        return read == value.Length && Crc32C.Of(value) == place.Checksum ? value : throw Damaged(place.Offset, "a record is not what was written");
    }

    /// <summary>What to say if what was written is not there any more.</summary>
    public StateException Damaged(long offset, string what) => new($"{path} is damaged at byte {offset}: {what}. {Advice.MoveAway(path)}");

    /// <summary>Keeps it open until <see cref="Unpin"/>.</summary>
    public void Pin()
    {
        lock (_lock)
        {
            _pins++;
        }
    }

    /// <summary>Ends a <see cref="Pin"/>.</summary>
    public void Unpin()
    {
        lock (_lock)
        {
            _pins--;
            CloseIfUnused();
        }
    }

    /// <summary>Closes it as soon as nobody has it pinned. Nobody may pin it after that.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _isRetired = true;
            CloseIfUnused();
        }
    }

    private void CloseIfUnused()
    {
        if (_isRetired && _pins == 0)
        {
            file.Dispose();
        }
    }
}
