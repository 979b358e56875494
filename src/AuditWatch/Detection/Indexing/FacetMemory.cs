using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AuditWatch.Events;

namespace AuditWatch.Detection.Indexing;

/// <summary>
/// Remembers for the values that a facet's fields have had which rules could match.
/// <code>
///   hash of the key ──► set of four places      hashes  h1 h2 h3 h4      all four compared at once
///                                               keys    k1 k2 k3 k4      compared where the hash is the same
///                                               masks   m1 m2 m3 m4      one bit a rule
/// </code>
/// What is new takes the place in its set that was taken longest ago, so that memory is bounded whatever values an attacker sends. Values are
/// compared, not only their hashes: nobody can pass for somebody else. Nothing is allocated after construction. Not thread-safe.
/// </summary>
internal sealed class FacetMemory
{
    // Nodes and service accounts of a large cluster.
    private const int SetBits = 10;
    private const int Places = 4 << SetBits;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly int _words;
    private readonly ulong[] _hashes = new ulong[Places];
    private readonly byte[] _nextInSet = new byte[Places / 4];
    private readonly byte[] _keys;
    private readonly ulong[] _masks;
    private readonly ulong[] _judged;
    private readonly byte[] _key;

    public FacetMemory(Facet facet, int words)
    {
        Facet = facet;
        _words = words;
        _masks = new ulong[Places * words];
        _judged = new ulong[words];
        _keys = new byte[Places * facet.KeyBytes];
        _key = new byte[facet.KeyBytes + AuditEvent.KeySlack];
    }

    /// <summary>The facet.</summary>
    public Facet Facet { get; }

    /// <summary>One bit for each rule that could match an event with this one's values. Valid until the next call.</summary>
    public ReadOnlySpan<ulong> MaskFor(in AuditEvent auditEvent)
    {
        var length = auditEvent.WriteKey(Facet.Fields, _key);
        if (length < 0)
        {
            Facet.Judge(auditEvent, _judged);
            return _judged;
        }

        var key = _key.AsSpan(0, length);
        var hash = Hash(_key, length);
        var set = (int)(hash >> (64 - SetBits));
        var same = Vector256.Equals(Vector256.LoadUnsafe(ref _hashes[4 * set]), Vector256.Create(hash)).ExtractMostSignificantBits();
        if (same != 0)
        {
            var place = (4 * set) + int.TrailingZeroCount((int)same);
            if (_keys.AsSpan(place * Facet.KeyBytes, length).SequenceEqual(key))
            {
                return _masks.AsSpan(place * _words, _words);
            }
        }

        return Learn(auditEvent, key, hash, set);
    }

    private Span<ulong> Learn(in AuditEvent auditEvent, ReadOnlySpan<byte> key, ulong hash, int set)
    {
        var place = (4 * set) + (_nextInSet[set]++ % 4);
        var mask = _masks.AsSpan(place * _words, _words);
        Facet.Judge(auditEvent, mask);
        key.CopyTo(_keys.AsSpan(place * Facet.KeyBytes));
        _hashes[place] = hash;
        return mask;
    }

    // Two words a step: their product, folded. Fast rather than hard to collide: who makes hashes collide makes the table miss, as he could with
    // ever new values. Zeros follow the key. Never 0, which stands where nothing was learnt.
    private static ulong Hash(ReadOnlySpan<byte> key, int length)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(key);
        var hash = Multiplier ^ (ulong)length;
        for (var i = 0; 8 * i < length; i += 2)
        {
            var high = Math.BigMul(words[i] ^ hash, words[i + 1] ^ Multiplier, out var low);
            hash = high ^ low ^ Multiplier;
        }

        return Math.BigMul(hash, Multiplier, out var last) ^ last | 1;
    }
}
