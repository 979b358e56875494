using System.Security.Cryptography;
using System.Text;
using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>
/// Remembers which detection has matched which request, so that the stages and repeats of one request count once. A request is told by
/// audit id, user, verb, URI and the time it was received together: a client chooses its audit id and could hide behind another's.
/// Bounded: of more than its capacity the oldest are forgotten. Not thread-safe.
/// </summary>
/// <param name="capacity">How many matches it remembers.</param>
internal sealed class RequestMemory(int capacity)
{
    private readonly HashSet<UInt128> _known = [];
    private readonly Queue<UInt128> _order = new();

    /// <summary>Remembers a match.</summary>
    /// <param name="detection">The name of the detection.</param>
    /// <param name="auditEvent">The request.</param>
    /// <param name="key">Tells the match from every other.</param>
    /// <returns>Whether it is new.</returns>
    public bool Add(string detection, in AuditEvent auditEvent, out UInt128 key)
    {
        key = Key(detection, auditEvent);
        return Add(key);
    }

    /// <summary>Remembers the match of a key.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(UInt128 key)
    {
        if (!_known.Add(key))
        {
            return false;
        }

        _order.Enqueue(key);
        if (_order.Count > capacity)
        {
            _known.Remove(_order.Dequeue());
        }

        return true;
    }

    // A cryptographic hash, so that nobody can make two requests look the same.
    private static UInt128 Key(string detection, in AuditEvent auditEvent)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(detection));
        ReadOnlySpan<EventField> fields =
        [
            EventField.AuditId, EventField.UserName, EventField.ImpersonatedUserName, EventField.Verb, EventField.RequestUri, EventField.RequestReceivedTimestamp,
        ];
        foreach (var field in fields)
        {
            hash.AppendData([0]);
            hash.AppendData(auditEvent[field].Bytes);
        }

        hash.AppendData([0]);
        hash.AppendData(auditEvent.Origin.ClusterUtf8);
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return new UInt128(BitConverter.ToUInt64(digest), BitConverter.ToUInt64(digest[8..]));
    }
}
