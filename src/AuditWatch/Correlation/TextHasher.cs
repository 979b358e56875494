using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AuditWatch.Correlation;

/// <summary>
/// Hashes lists of texts to 128 bits: the first half of a SHA-256, so that nobody who chooses names in a cluster can find two lists with the same hash. The
/// hash is the same on every machine and in every version. Not thread-safe.
/// </summary>
internal sealed class TextHasher
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>Adds a text to the list.</summary>
    public TextHasher Add(string text)
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

    /// <summary>Returns the hash of the list and begins a new, empty one.</summary>
    public UInt128 GetHashAndReset()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_bytes.AsSpan(0, _length), hash);
        _length = 0;
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
