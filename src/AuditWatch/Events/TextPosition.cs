namespace AuditWatch.Events;

/// <summary>A place in a stream of text: its line and its byte within the line, both from 1, and its byte in the stream, from 0.</summary>
internal struct TextPosition()
{
    /// <summary>The line.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>The byte within the line.</summary>
    public long Column { get; private set; } = 1;

    /// <summary>How many bytes are before it.</summary>
    public long Offset { get; private set; }

    /// <summary>Counts lines, and their bytes, that come before all that has been counted.</summary>
    public void AddBefore(long lines, long bytes)
    {
        Line += lines;
        Offset += bytes;
    }

    /// <summary>Moves to the end of <paramref name="text"/>, which goes on where the counter stands.</summary>
    public void Advance(ReadOnlySpan<byte> text)
    {
        Offset += text.Length;
        var last = text.LastIndexOf((byte)'\n');
        if (last < 0)
        {
            Column += text.Length;
            return;
        }

        Line += text.Count((byte)'\n');
        Column = text.Length - last;
    }
}
