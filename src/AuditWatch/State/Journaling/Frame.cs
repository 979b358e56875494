using System.Buffers.Binary;

namespace AuditWatch.State.Journaling;

/// <summary>
/// One commit as it lies in a segment: a header and the changes. The header holds the length and checksum of the changes, where the write began that
/// the frame was a part of (all before that was durable by then), and its own checksum. That one also covers the frame's place and the segment's salt, so
/// that nothing else is taken for a frame: neither remains of other files nor what an attacker has put into a value.
/// </summary>
/// <param name="Length">How many bytes the changes take.</param>
/// <param name="Checksum">Their CRC-32C.</param>
/// <param name="WriteStart">Where in the segment the write began.</param>
internal readonly record struct Frame(int Length, uint Checksum, long WriteStart)
{
    /// <summary>The size of the header in bytes.</summary>
    public const int HeaderSize = 20;

    private const int ChecksumOffset = 4;
    private const int WriteStartOffset = 8;
    private const int HeaderChecksumOffset = 16;

    /// <summary>Changes in a frame that has no place yet.</summary>
    public static byte[] Encode(IReadOnlyList<StateChange> changes)
    {
        var length = (int)changes.Sum(change => ChangeEncoding.SizeOf(change));
        var frame = GC.AllocateUninitializedArray<byte>(HeaderSize + length);
        var end = HeaderSize;
        foreach (var change in changes)
        {
            end += ChangeEncoding.Write(change, frame.AsSpan(end));
        }

        BinaryPrimitives.WriteInt32LittleEndian(frame, length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(ChecksumOffset), Crc32C.Of(frame.AsSpan(HeaderSize)));
        return frame;
    }

    /// <summary>Gives a frame its place.</summary>
    public static void Place(Span<byte> frame, uint salt, long offset, long writeStart)
    {
        BinaryPrimitives.WriteInt64LittleEndian(frame[WriteStartOffset..], writeStart);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[HeaderChecksumOffset..], ChecksumOf(frame, salt, offset));
    }

    /// <summary>Reads the header at a place.</summary>
    /// <returns>False if there is none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> header, uint salt, long offset, out Frame frame)
    {
        frame = new Frame(
            BinaryPrimitives.ReadInt32LittleEndian(header),
            BinaryPrimitives.ReadUInt32LittleEndian(header[ChecksumOffset..]),
            BinaryPrimitives.ReadInt64LittleEndian(header[WriteStartOffset..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(header[HeaderChecksumOffset..]) == ChecksumOf(header, salt, offset)
            && frame.Length is >= 0 and <= StateChanges.MaxTotalBytes;
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> header, uint salt, long offset)
    {
        Span<byte> place = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(place, offset);
        return Crc32C.Of(header[..HeaderChecksumOffset], Crc32C.Of(place, salt));
    }
}
