using System.Buffers.Binary;
using System.Numerics;

namespace AuditWatch.State.Journaling;

/// <summary>The CRC-32C (Castagnoli) of bytes, in hardware where there is any.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of bytes that come after those whose checksum is <paramref name="seed"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint seed = 0)
    {
        var crc = ~seed;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
