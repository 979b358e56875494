namespace AuditWatch.Events;

/// <summary>A position in a stream of text: line and byte within the line, both from 1, and byte in the stream, from 0. Mutable: pass by reference.</summary>
internal struct TextPosition()
{
    /// <summary>The line.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>The byte within the line.</summary>
    public long Column { get; private set; } = 1;

    /// <summary>The byte in the stream, from 0.</summary>
    public long Offset { get; private set; }

    /// <summary>Moves the position by lines, and their bytes, that precede the text.</summary>
    public void AddBefore(long lines, long bytes)
    {
        Line += lines;
        Offset += bytes;
    }

    /// <summary>Moves the position over <paramref name="text"/>.</summary>
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
