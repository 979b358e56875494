using System.Numerics;

namespace AuditWatch.Policy.Coverage;

/// <summary>A set of integers from 0 to below its size. Both sides of an operation must be of the same size. Immutable.</summary>
internal sealed class BitSet
{
    private readonly ulong[] _words;

    private BitSet(ulong[] words, int size)
    {
        _words = words;
        Size = size;
    }

    public int Size { get; }

    public bool IsEmpty => Array.TrueForAll(_words, word => word == 0);

    public int Count => _words.Sum(BitOperations.PopCount);

    public static BitSet Where(int size, Func<int, bool> isIn)
    {
        var words = new ulong[(size + 63) / 64];
        for (var i = 0; i < size; i++)
        {
            words[i / 64] |= isIn(i) ? 1UL << (i % 64) : 0;
        }

        return new BitSet(words, size);
    }

    public static BitSet Of(int size, params ReadOnlySpan<int> numbers)
    {
        var words = new ulong[(size + 63) / 64];
        foreach (var number in numbers)
        {
            words[number / 64] |= 1UL << (number % 64);
        }

        return new BitSet(words, size);
    }

    /// <summary>The numbers that are in one of the sets.</summary>
    public static BitSet Union(int size, IEnumerable<BitSet> sets)
    {
        var words = new ulong[(size + 63) / 64];
        foreach (var set in sets)
        {
            for (var i = 0; i < words.Length; i++)
            {
                words[i] |= set._words[i];
            }
        }

        return new BitSet(words, size);
    }

    public bool Contains(int number) => (_words[number / 64] >> (number % 64) & 1) != 0;

    public bool Contains(BitSet other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            if ((other._words[i] & ~_words[i]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    public bool Overlaps(BitSet other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            if ((_words[i] & other._words[i]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    public bool Is(BitSet other) => _words.AsSpan().SequenceEqual(other._words);

    /// <summary>The numbers in it, in ascending order.</summary>
    public IEnumerable<int> Members()
    {
        for (var i = 0; i < _words.Length; i++)
        {
            for (var word = _words[i]; word != 0; word &= word - 1)
            {
                yield return (i * 64) + BitOperations.TrailingZeroCount(word);
            }
        }
    }

    public static BitSet Both(BitSet a, BitSet b)
    {
        // Shapes of one universe share the sides that limit nothing.
        if (ReferenceEquals(a, b))
        {
            return a;
        }

        var words = (ulong[])a._words.Clone();
        for (var i = 0; i < words.Length; i++)
        {
            words[i] &= b._words[i];
        }

        return new BitSet(words, a.Size);
    }

    public static BitSet Either(BitSet a, BitSet b)
    {
        var words = (ulong[])a._words.Clone();
        for (var i = 0; i < words.Length; i++)
        {
            words[i] |= b._words[i];
        }

        return new BitSet(words, a.Size);
    }

    public static BitSet Except(BitSet a, BitSet b)
    {
        var words = (ulong[])a._words.Clone();
        for (var i = 0; i < words.Length; i++)
        {
            words[i] &= ~b._words[i];
        }

        return new BitSet(words, a.Size);
    }
}
