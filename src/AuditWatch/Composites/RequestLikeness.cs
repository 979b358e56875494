using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Composites;

/// <summary>
/// A hash of what a step looks at in a request, and of who made it: requests with the same one make the same facts, but for their time. The first half of a
/// SHA-256, so that nobody who chooses names can hide a request behind another. Not thread-safe.
/// </summary>
internal sealed class RequestLikeness : IValueVisitor
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The hash.</summary>
    /// <param name="rule">Tells the rule that the request has matched from others.</param>
    /// <param name="fields">What the step looks at.</param>
    /// <param name="auditEvent">The request.</param>
    public UInt128 Of(int rule, FieldPath[] fields, AuditEvent auditEvent)
    {
        _bytes.ResetWrittenCount();
        Add(rule);
        Add(auditEvent.Origin.ClusterUtf8);
        Visit(auditEvent[EventField.UserName]);
        for (var i = 0; i < fields.Length; i++)
        {
            Add(i);
            Add(fields[i].LeadsIntoBody && Redaction.Hides(auditEvent, fields[i].Name) ? 1 : 0);
            fields[i].Any(auditEvent, this);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_bytes.WrittenSpan, hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    /// <inheritdoc/>
    public bool Visit(JsonValue value)
    {
        if (value.IsScalar)
        {
            Add((int)value.Kind | (value.IsEscaped ? 256 : 0));
            Add(value.Bytes);
        }

        return false;
    }

    private void Add(int number) => _bytes.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in number)));

    // The length before each text keeps "ab", "c" and "a", "bc" apart.
    private void Add(ReadOnlySpan<byte> text)
    {
        Add(text.Length);
        _bytes.Write(text);
    }
}
