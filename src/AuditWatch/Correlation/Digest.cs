using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AuditWatch.Correlation;

/// <summary>
/// Makes 128 bits of a list of texts, to tell it from other lists without keeping it. SHA-256, cut short: whoever chooses names in a cluster
/// cannot find two lists with the same bits. The bits are the same on every machine and run. Not thread-safe.
/// </summary>
internal sealed class Digest
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>Adds a text to the list.</summary>
    public Digest Add(string text)
    {
        // The length before each text keeps "ab", "c" and "a", "bc" apart.
        var bytes = MemoryMarshal.AsBytes(text.AsSpan());
        var room = _length + sizeof(int) + bytes.Length;
        if (room > _bytes.Length)
        {
            Array.Resize(ref _bytes, room * 2);
        }

        BitConverter.TryWriteBytes(_bytes.AsSpan(_length), text.Length);
        bytes.CopyTo(_bytes.AsSpan(_length + sizeof(int)));
        _length = room;
        return this;
    }

    /// <summary>The bits of the list, which is empty afterwards.</summary>
    public UInt128 Take()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_bytes.AsSpan(0, _length), hash);
        _length = 0;
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
