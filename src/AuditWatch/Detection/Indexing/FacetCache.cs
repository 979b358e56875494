using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AuditWatch.Events;

namespace AuditWatch.Detection.Indexing;

/// <summary>
/// Caches, by the values of a facet's fields, the rules that can match: a four-way set-associative hash table of fixed size.
/// <code>
///   hash of the key ──► set of four places      hashes  h1 h2 h3 h4      all four compared at once
///                                               starts  s1 s2 s3 s4      where the keys begin, which are compared where the hash is the same
///                                               masks   m1 m2 m3 m4      one bit a rule
///   keys, one after the other, round and round  ..system:node:n1["system:nodes"]..jane["dev"]..     the oldest are written over
/// </code>
/// A new entry evicts the oldest of its set, and its key overwrites the oldest keys in the ring buffer, so that memory is bounded whatever values an attacker
/// sends. Keys are compared as a whole, not only their hashes: nobody can pass for somebody else. Nothing is allocated after construction. Not thread-safe.
/// </summary>
internal sealed class FacetCache
{
    // Enough for the nodes and service accounts of a large cluster, at 128 bytes each. A longer key, as with an invented user agent, is not cached.
    private const int SetBits = 9;
    private const int Places = 4 << SetBits;
    private const int KeyBytes = 384;
    private const int AllKeyBytes = Places * 128;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly int _words;

    // For each set, four hashes, then four starts: the bytes written to the ring buffer before the key.
    private readonly ulong[] _sets = new ulong[2 * Places];
    private readonly byte[] _nextInSet = new byte[Places / 4];
    private readonly byte[] _keys = new byte[AllKeyBytes];
    private readonly ulong[] _masks;
    private readonly ulong[] _uncached;
    private readonly byte[] _key = new byte[KeyBytes + AuditEvent.KeySlack];
    private ulong _written;

    public FacetCache(Facet facet, int words)
    {
        Facet = facet;
        _words = words;
        _masks = new ulong[Places * words];
        _uncached = new ulong[words];
    }

    /// <summary>The facet.</summary>
    public Facet Facet { get; }

    /// <summary>The rules that can match an event with the same values, one bit each. Valid until the next call.</summary>
    public ReadOnlySpan<ulong> MaskFor(in AuditEvent auditEvent)
    {
        var length = auditEvent.WriteKey(Facet.Fields, _key);
        if (length < 0)
        {
            Facet.Evaluate(auditEvent, _uncached);
            return _uncached;
        }

        var key = _key.AsSpan(0, length);
        var hash = Hash(_key, length);
        var set = (int)(hash >> (64 - SetBits));
        var same = Vector256.Equals(Vector256.LoadUnsafe(ref _sets[8 * set]), Vector256.Create(hash)).ExtractMostSignificantBits();
        var way = same != 0 ? int.TrailingZeroCount((int)same) : _nextInSet[set]++ % 4;
        var mask = _masks.AsSpan(((4 * set) + way) * _words, _words);
        ref var start = ref _sets[(8 * set) + 4 + way];
        if (same == 0 || !IsAt(start, key))
        {
            Facet.Evaluate(auditEvent, mask);
            _sets[(8 * set) + way] = hash;
            start = Keep(key);
        }

        return mask;
    }

    private bool IsAt(ulong start, ReadOnlySpan<byte> key)
    {
        var at = (int)(start % AllKeyBytes);
        return _written - start <= AllKeyBytes && at + key.Length <= AllKeyBytes && _keys.AsSpan(at, key.Length).SequenceEqual(key);
    }

    // No key is the beginning of another, since the lengths of its values are in it.
    private ulong Keep(ReadOnlySpan<byte> key)
    {
        var room = AllKeyBytes - (_written % AllKeyBytes);
        var start = _written + ((ulong)key.Length <= room ? 0 : room);
        key.CopyTo(_keys.AsSpan((int)(start % AllKeyBytes)));
        _written = start + (ulong)key.Length;
        return start;
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
