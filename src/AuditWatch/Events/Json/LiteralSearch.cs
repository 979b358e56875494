using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;

namespace AuditWatch.Events.Json;

/// <summary>
/// Searches a text for many literals at once, in any case, and says which of them are in it: each has a mask, and those of the literals that are found are put together.
/// Of four bytes at every second place, a bit says whether any literal begins with them, or has them one byte later; hardly any four are looked at more closely.
/// Time is linear in the length of the text. Immutable; safe for any number of threads.
/// </summary>
internal sealed class LiteralSearch
{
    /// <summary>The least length of a literal, in letters.</summary>
    public const int Shortest = 5;

    private const int Bits = 16;
    private const uint LowerCase = 0x20202020;

    private readonly ulong[] _all;
    private readonly ulong[] _begins = new ulong[(1 << Bits) / 64];
    private readonly FrozenDictionary<uint, (byte[] Literal, int Offset, ulong[] Mask)[]> _byFour;

    /// <param name="literals">The literals, printable ASCII of at least <see cref="Shortest"/> letters, and the mask of each.</param>
    /// <param name="all">The mask of all together.</param>
    public LiteralSearch(IEnumerable<(string Literal, ulong[] Mask)> literals, ulong[] all)
    {
        _all = all;
        _byFour = literals
            .SelectMany(_ => Enumerable.Range(0, 2), (one, offset) => (Literal: Encoding.ASCII.GetBytes(one.Literal), Offset: offset, one.Mask))
            .GroupBy(one => Four(one.Literal, one.Offset))
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());
        foreach (var four in _byFour.Keys)
        {
            var place = Place(four);
            _begins[place / 64] |= 1UL << (place % 64);
        }
    }

    /// <summary>Adds the masks of the literals that are in the text of a JSON value; those of all if letters of it may be written as escapes, or are beyond ASCII, of which some equal others when case does not count.</summary>
    public void Mark(ReadOnlySpan<byte> json, Span<ulong> found)
    {
        if (!SearchableText.IsPlain(json))
        {
            Add(_all, found);
            return;
        }

        for (var at = 0; at + sizeof(uint) <= json.Length; at += 2)
        {
            var four = Four(json, at);
            var place = Place(four);
            if ((_begins[place / 64] >> (place % 64) & 1) != 0 && _byFour.TryGetValue(four, out var literals))
            {
                Mark(json, at, literals, found);
            }
        }
    }

    private static void Mark(ReadOnlySpan<byte> json, int at, (byte[] Literal, int Offset, ulong[] Mask)[] literals, Span<ulong> found)
    {
        foreach (var (literal, offset, mask) in literals)
        {
            var start = at - offset;
            if (start >= 0 && start + literal.Length <= json.Length && Ascii.EqualsIgnoreCase(json.Slice(start, literal.Length), literal))
            {
                Add(mask, found);
            }
        }
    }

    private static uint Four(ReadOnlySpan<byte> text, int at) => MemoryMarshal.Read<uint>(text[at..]) | LowerCase;

    private static int Place(uint four) => (int)((four * 0x9E3779B1) >> (32 - Bits));

    private static void Add(ulong[] mask, Span<ulong> found)
    {
        for (var i = 0; i < mask.Length; i++)
        {
            found[i] |= mask[i];
        }
    }
}
