using System.Buffers;
using System.Security.Cryptography;
using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>
/// Tells a detection's match of one request from every other: a hash of the detection and the request. A request is told by audit id, user, verb,
/// URI and the time it was received together: a client chooses its audit id and could hide behind another's.
/// </summary>
internal static class FindingId
{
    // Longer than nearly every request.
    private const int Shortest = 1024;

    /// <summary>The id of a match.</summary>
    /// <param name="detection">The name of the detection, in UTF-8.</param>
    /// <param name="auditEvent">The request.</param>
    public static UInt128 Of(ReadOnlySpan<byte> detection, in AuditEvent auditEvent)
    {
        ReadOnlySpan<EventField> fields =
        [
            EventField.AuditId, EventField.UserName, EventField.ImpersonatedUserName, EventField.Verb, EventField.RequestUri, EventField.RequestReceivedTimestamp,
        ];
        var cluster = auditEvent.Origin.ClusterUtf8;
        var length = detection.Length + fields.Length + 1 + cluster.Length;
        foreach (var field in fields)
        {
            length += auditEvent.JsonOf(field).Length;
        }

        var rented = length > Shortest ? ArrayPool<byte>.Shared.Rent(length) : null;
        var text = rented ?? stackalloc byte[length];
        var written = Append(text, 0, detection);
        foreach (var field in fields)
        {
            text[written++] = 0;
            written = Append(text, written, auditEvent[field].Bytes);
        }

        text[written++] = 0;
        written = Append(text, written, cluster);

        // Cryptographic, so that nobody can make two requests look the same.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..written], hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return new UInt128(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]));
    }

    private static int Append(Span<byte> text, int at, ReadOnlySpan<byte> part)
    {
        part.CopyTo(text[at..]);
        return at + part.Length;
    }
}
