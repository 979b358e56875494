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

    public IEnumerable<int> Members() => Enumerable.Range(0, Size).Where(Contains);

    public static BitSet Both(BitSet a, BitSet b)
    {
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
