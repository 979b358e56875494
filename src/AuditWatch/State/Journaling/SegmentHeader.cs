using System.Buffers.Binary;
using System.Globalization;

namespace AuditWatch.State.Journaling;

/// <summary>
/// How a file of the journal begins. Logs hold commits in the order of their numbers, which are consecutive; the snapshot of a number holds the records
/// that the logs up to that number left, and stands for them.
/// </summary>
/// <param name="IsSnapshot">Whether it is a snapshot.</param>
/// <param name="Number">The log's number, or that of the last log the snapshot stands for.</param>
/// <param name="Salt">Part of every frame's checksum.</param>
/// <param name="Length">Of a snapshot, its length in bytes; of a log, how many bytes of the log before it count.</param>
internal readonly record struct SegmentHeader(bool IsSnapshot, long Number, uint Salt, long Length)
{
    /// <summary>The size of the header in bytes.</summary>
    public const int Size = 40;

    private const string LogExtension = ".log";
    private const string SnapshotExtension = ".snapshot";
    private const uint Version = 1;
    private const int ChecksumOffset = Size - sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "AWstate\n"u8;

    /// <summary>The name of the file.</summary>
    public string FileName => Number.ToString("D10", CultureInfo.InvariantCulture) + (IsSnapshot ? SnapshotExtension : LogExtension);

    /// <summary>What the name of a file says of it.</summary>
    /// <returns>False if it is no file of a journal.</returns>
    public static bool TryParseName(string name, out bool isSnapshot, out long number)
    {
        isSnapshot = name.EndsWith(SnapshotExtension, StringComparison.Ordinal);
        return long.TryParse(Path.GetFileNameWithoutExtension(name), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && new SegmentHeader(isSnapshot, number, 0, 0).FileName == name;
    }

    /// <summary>Reads the header of a file.</summary>
    /// <param name="bytes">The file's first bytes, fewer than a header if it has no more.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="StateException">It is no file of a journal, of another version, damaged or not the one its name says.</exception>
    public static SegmentHeader Read(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.Length < Size || !bytes.StartsWith(Magic))
        {
            throw new StateException($"{path} is not a file of AuditWatch's state, though it has such a name. {Advice.MoveAway(path)}");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != Version)
        {
            throw new StateException($"{path} has version {version} of the format; this program reads version {Version}. Use the program that wrote it. Else: {Advice.MoveAway(path)}");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]) != Crc32C.Of(bytes[..ChecksumOffset]))
        {
            throw new StateException($"{path} is damaged at byte 0: the checksum of its header is wrong. {Advice.MoveAway(path)}");
        }

        var header = new SegmentHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) != 0,
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
        return header.FileName == Path.GetFileName(path)
            ? header
            : throw new StateException($"{path} was named {header.FileName} when it was written. Give it that name again. Else: {Advice.MoveAway(path)}");
    }

    /// <summary>The header as bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), IsSnapshot ? 1u : 0u);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(32), Salt);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumOffset), Crc32C.Of(bytes.AsSpan(0, ChecksumOffset)));
        return bytes;
    }
}
