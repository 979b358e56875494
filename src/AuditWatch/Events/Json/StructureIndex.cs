using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AuditWatch.Events.Json;

/// <summary>
/// Finds where on a line of compact JSON the characters <c>{ } [ ] : ,</c> stand that are not in strings, 64 bytes at a time: a bit for each byte.
/// <code>
///   text           {"a":"x\"y,","b":[1]}
///   quotes         .*.*.*.....*.*.*......    unescaped ones
///   in strings     .**..******..**.......    each bit the xor of all quotes up to it
///   structure      *...*......*...**.***.    what is kept, as places
/// </code>
/// What stands between two of them is then nothing, one whole string, or text without quotes: an opening quote must follow a structural character,
/// and one must follow a closing quote, which is checked for all 64 bytes at once. So is that no control character is on the line (white space
/// between tokens included) and that every escape is one that JSON knows.
/// </summary>
internal static class StructureIndex
{
    /// <summary>The room that places need: enough for a line of half a megabyte or so. What has more structure is left to others.</summary>
    public const int Room = 1 << 16;

    private const int Block = 64;

    /// <summary>Reads one line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where in it an opening brace stands.</param>
    /// <param name="places">Gets the places in the text, and after the last one twice the end; <see cref="Room"/> long.</param>
    /// <param name="end">Where the first control character after it stands, the line feed if the line is for us; the length of the text if there is none.</param>
    /// <returns>Whether the line is as described, as far as it is checked here.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryRead(ReadOnlySpan<byte> text, int start, Span<int> places, out int end)
    {
        ref var first = ref MemoryMarshal.GetReference(text);
        ref var next = ref MemoryMarshal.GetReference(places);

        // Places are written up to 64 at a time, whether there are so many or not.
        var most = places.Length - (2 * Block);
        var count = 0;

        // What of 64 bytes matters to the next. All bits, if they end within a string:
        var inString = 0UL;

        // The lowest bit, if the last byte is an escaping backslash, a structural character, a closing quote:
        var (escaping, afterStructure, afterString) = (0UL, 0UL, 0UL);

        // Any bit, if something is wrong:
        var broken = 0UL;

        Span<byte> last = stackalloc byte[Block];

        for (var at = start; at <= text.Length && count <= most; at += Block)
        {
            scoped ref var block = ref Unsafe.Add(ref first, at);
            if (at > text.Length - Block)
            {
                // As if line feeds followed.
                last.Fill((byte)'\n');
                text[at..].CopyTo(last);
                block = ref MemoryMarshal.GetReference(last);
            }

            var bytes = Vector512.LoadUnsafe(ref block);
            var quotes = Bits(Vector512.Equals(bytes, Vector512.Create((byte)'"')));
            var slashes = Bits(Vector512.Equals(bytes, Vector512.Create((byte)'\\')));
            var controls = Bits(Vector512.LessThan(bytes, Vector512.Create((byte)' ')));

            // [ and { differ in one bit only, and so do ] and }.
            var folded = bytes | Vector512.Create((byte)0x20);
            var structure = Bits(
                Vector512.Equals(folded, Vector512.Create((byte)'{')) | Vector512.Equals(folded, Vector512.Create((byte)'}'))
                | Vector512.Equals(bytes, Vector512.Create((byte)':')) | Vector512.Equals(bytes, Vector512.Create((byte)',')));

            if ((slashes | escaping) != 0)
            {
                var escaped = Escaped(slashes, escaping);
                escaping = (slashes & ~escaped) >> 63;
                quotes &= ~escaped;
                broken |= HasBadEscape(escaped & UpToFirst(controls), text, at) ? 1UL : 0;
            }

            // From an opening quote up to, and without, the closing one; nothing after a control character counts.
            quotes &= UpToFirst(controls);
            var inStrings = PrefixXor(quotes) ^ inString;
            inString = (ulong)((long)inStrings >> 63);
            structure &= ~inStrings & UpToFirst(controls);

            var closing = quotes & ~inStrings;
            broken |= (quotes & inStrings & ~((structure << 1) | afterStructure)) | (((closing << 1) | afterString) & ~structure & ~controls);
            afterStructure = structure >> 63;
            afterString = closing >> 63;

            var found = Append(ref next, at, structure);
            next = ref Unsafe.Add(ref next, found);
            count += found;
            if (controls != 0)
            {
                end = at + BitOperations.TrailingZeroCount(controls);
                next = end;
                Unsafe.Add(ref next, 1) = end;
                return (broken | inString) == 0;
            }
        }

        // Too much structure.
        end = -1;
        return false;
    }

    // Writes the places of the bits, and something after them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Append(ref int places, int at, ulong bits)
    {
        var count = BitOperations.PopCount(bits);
        if (Avx512Vbmi2.IsSupported)
        {
            // The numbers of the set bits moved together, then 16 at a time made places.
            var numbers = Avx512Vbmi2.Compress(Vector512<byte>.Zero, Mask(bits), Vector512<byte>.Indices);
            var from = Vector512.Create(at);
            (from + Widen(numbers.GetLower().GetLower())).StoreUnsafe(ref places);
            if (count > 16)
            {
                (from + Widen(numbers.GetLower().GetUpper())).StoreUnsafe(ref places, 16);
                (from + Widen(numbers.GetUpper().GetLower())).StoreUnsafe(ref places, 32);
                (from + Widen(numbers.GetUpper().GetUpper())).StoreUnsafe(ref places, 48);
            }

            return count;
        }

        for (var written = 0; written < count; written += 4)
        {
            Unsafe.Add(ref places, written) = at + BitOperations.TrailingZeroCount(bits);
            bits &= bits - 1;
            Unsafe.Add(ref places, written + 1) = at + BitOperations.TrailingZeroCount(bits);
            bits &= bits - 1;
            Unsafe.Add(ref places, written + 2) = at + BitOperations.TrailingZeroCount(bits);
            bits &= bits - 1;
            Unsafe.Add(ref places, written + 3) = at + BitOperations.TrailingZeroCount(bits);
            bits &= bits - 1;
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Widen(Vector128<byte> numbers) => Avx512F.ConvertToVector512Int32(numbers);

    // All bits of a byte for each bit set.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Mask(ulong bits)
    {
        var select = Vector512.Create(0x8040201008040201).AsByte();
        var spread = Avx512BW.Shuffle(Vector512.Create(bits).AsByte(), Vector512.Create(
            0x0000000000000000, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303,
            0x0404040404040404, 0x0505050505050505, 0x0606060606060606, 0x0707070707070707).AsByte());
        return Vector512.Equals(spread & select, select);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector512<byte> mask) => mask.ExtractMostSignificantBits();

    // Bit n is the xor of bits 0 to n.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PrefixXor(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
        {
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        }

        for (var shift = 1; shift < 64; shift *= 2)
        {
            bits ^= bits << shift;
        }

        return bits;
    }

    // All bits up to and with the lowest one; of none, all.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong UpToFirst(ulong bits) => bits ^ (bits - 1);

    // Rare enough to go from backslash to backslash: each escapes what follows, if it is not escaped itself.
    private static ulong Escaped(ulong slashes, ulong escaping)
    {
        var escaped = escaping;
        slashes &= ~escaping;
        while (slashes != 0)
        {
            var slash = slashes & (~slashes + 1);
            escaped |= slash << 1;
            slashes &= ~(slash | (slash << 1));
        }

        return escaped;
    }

    private static bool HasBadEscape(ulong escaped, ReadOnlySpan<byte> text, int at)
    {
        for (; escaped != 0; escaped &= escaped - 1)
        {
            var place = at + BitOperations.TrailingZeroCount(escaped);
            if (place >= text.Length || (text[place] == 'u' ? !IsHexadecimal(text[(place + 1)..]) : !"\"\\/bfnrt"u8.Contains(text[place])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsHexadecimal(ReadOnlySpan<byte> text) =>
        text.Length >= 4 && char.IsAsciiHexDigit((char)text[0]) && char.IsAsciiHexDigit((char)text[1])
        && char.IsAsciiHexDigit((char)text[2]) && char.IsAsciiHexDigit((char)text[3]);
}
