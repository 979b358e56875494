using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AuditWatch.Events;

namespace AuditWatch.Detection.Indexing;

/// <summary>
/// Remembers for the values that a facet's fields have had which rules could match.
/// <code>
///   hash of the key ──► set of four places      hashes  h1 h2 h3 h4      all four compared at once
///                                               starts  s1 s2 s3 s4      where the keys begin, which are compared where the hash is the same
///                                               masks   m1 m2 m3 m4      one bit a rule
///   keys, one after the other, round and round  ..system:node:n1["system:nodes"]..jane["dev"]..     the oldest are written over
/// </code>
/// What is new takes the place in its set that was taken longest ago, and its key that of the oldest keys of all, so that memory is bounded whatever values
/// an attacker sends. Values are compared, not only their hashes: nobody can pass for somebody else. Nothing is allocated after construction. Not thread-safe.
/// </summary>
internal sealed class FacetCache
{
    // Nodes and service accounts of a large cluster, 128 bytes each. What is longer than a key, such as a made-up user agent, is judged anew each time.
    private const int SetBits = 10;
    private const int Places = 4 << SetBits;
    private const int KeyBytes = 384;
    private const int AllKeyBytes = Places * 128;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly int _words;

    // Of each set the hashes, then the starts, counted from the first key ever.
    private readonly ulong[] _sets = new ulong[2 * Places];
    private readonly byte[] _nextInSet = new byte[Places / 4];
    private readonly byte[] _keys = new byte[AllKeyBytes];
    private readonly ulong[] _masks;
    private readonly ulong[] _judged;
    private readonly byte[] _key = new byte[KeyBytes + AuditEvent.KeySlack];
    private ulong _written;

    public FacetCache(Facet facet, int words)
    {
        Facet = facet;
        _words = words;
        _masks = new ulong[Places * words];
        _judged = new ulong[words];
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
        var same = Vector256.Equals(Vector256.LoadUnsafe(ref _sets[8 * set]), Vector256.Create(hash)).ExtractMostSignificantBits();
        var way = same != 0 ? int.TrailingZeroCount((int)same) : _nextInSet[set]++ % 4;
        var mask = _masks.AsSpan(((4 * set) + way) * _words, _words);
        ref var start = ref _sets[(8 * set) + 4 + way];
        if (same == 0 || !IsAt(start, key))
        {
            Facet.Judge(auditEvent, mask);
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
