using System.Runtime.InteropServices;
using AuditWatch.Events;

namespace AuditWatch.Detection.Indexing;

/// <summary>
/// Remembers for the values that a facet's fields have had which rules could match. A table with one place for each hash of the values: what comes
/// later to the same place takes it, so that memory is bounded whatever values an attacker sends. Values are compared, not only their hashes: nobody
/// can pass for somebody else. Nothing is allocated after construction. Not thread-safe.
/// </summary>
internal sealed class FacetMemory
{
    // Nodes and service accounts of a large cluster. What is longer than a key, such as a made-up user agent, is judged anew each time.
    private const int PlaceBits = 12;
    private const int Places = 1 << PlaceBits;
    private const int KeyBytes = 256;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly int _words;
    private readonly ulong[] _hashes = new ulong[Places];
    private readonly byte[] _keys = new byte[Places * KeyBytes];
    private readonly ulong[] _masks;
    private readonly ulong[] _judged;

    public FacetMemory(Facet facet, int words)
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
        var hash = 1UL;
        var length = 0;
        foreach (var field in Facet.Fields)
        {
            var json = auditEvent.JsonOf(field);
            hash = Hash(hash, json);
            length += json.Length + sizeof(ushort);
        }

        if (length > KeyBytes)
        {
            Facet.Judge(auditEvent, _judged);
            return _judged;
        }

        var place = (int)(hash >> (64 - PlaceBits));
        var mask = _masks.AsSpan(place * _words, _words);
        var key = _keys.AsSpan(place * KeyBytes, KeyBytes);
        if (_hashes[place] != hash || !IsKeyOf(auditEvent, key))
        {
            Facet.Judge(auditEvent, mask);
            WriteKey(auditEvent, key);
            _hashes[place] = hash;
        }

        return mask;
    }

    // A key is each field's length and JSON, one after the other.
    private bool IsKeyOf(in AuditEvent auditEvent, ReadOnlySpan<byte> key)
    {
        foreach (var field in Facet.Fields)
        {
            var json = auditEvent.JsonOf(field);
            if (MemoryMarshal.Read<ushort>(key) != json.Length || !key.Slice(sizeof(ushort), json.Length).SequenceEqual(json))
            {
                return false;
            }

            key = key[(sizeof(ushort) + json.Length)..];
        }

        return true;
    }

    private void WriteKey(in AuditEvent auditEvent, Span<byte> key)
    {
        foreach (var field in Facet.Fields)
        {
            var json = auditEvent.JsonOf(field);
            MemoryMarshal.Write(key, (ushort)json.Length);
            json.CopyTo(key[sizeof(ushort)..]);
            key = key[(sizeof(ushort) + json.Length)..];
        }
    }

    // Fast rather than hard to collide: who makes hashes collide makes the table miss, as he could with ever new values.
    private static ulong Hash(ulong hash, ReadOnlySpan<byte> text)
    {
        hash += (uint)text.Length;
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(text));
        }

        var rest = 0UL;
        foreach (var letter in text)
        {
            rest = (rest << 8) | letter;
        }

        return Mix(hash ^ rest);
    }

    private static ulong Mix(ulong hash)
    {
        hash *= Multiplier;
        return hash ^ (hash >> 32);
    }
}
