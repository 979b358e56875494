using System.Buffers;
using System.Security.Cryptography;
using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>
/// Computes <see cref="Finding.Id"/>: 128 bits of a SHA-256 of the detection's name, the cluster, and the audit id, user, impersonated user, verb, URI and time of
/// receipt of the request. The audit id alone would not do: a client can choose it, and could hide behind that of another request.
/// </summary>
internal static class FindingId
{
    // Nearly every request has less.
    private const int StackBytes = 1024;

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

        var rented = length > StackBytes ? ArrayPool<byte>.Shared.Rent(length) : null;
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
