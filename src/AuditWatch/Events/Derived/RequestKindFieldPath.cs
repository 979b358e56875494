using System.Buffers;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>request.kind</c>: what kind of request it is, whatever the object: the verb and the resource, written as kubectl does, with API group and subresource:
/// <c>delete secrets</c>, <c>patch deployments.apps/scale</c>; of a request that is for no object the verb and <c>nonResourceURL</c>, as RBAC calls these.
/// </summary>
internal sealed class RequestKindFieldPath() : FieldPath("request.kind")
{
    public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor)
    {
        var verb = auditEvent[EventField.Verb];
        var resource = auditEvent[EventField.ObjectRefResource];
        var group = auditEvent[EventField.ObjectRefApiGroup];
        var subresource = auditEvent[EventField.ObjectRefSubresource];
        if (!IsText(verb))
        {
            return false;
        }

        // An escaped text is longer than what it stands for; of each there is room for as much again to decode it in, and for what stands between them.
        var longest = verb.Bytes.Length + resource.Bytes.Length + group.Bytes.Length + subresource.Bytes.Length + NonResource.Length;
        var scratch = ArrayPool<byte>.Shared.Rent((2 * longest) + Separators);
        try
        {
            var decoding = scratch.AsSpan(0, longest);
            var kind = scratch.AsSpan(longest);
            var length = Append(verb, kind, 0, decoding);
            if (!IsText(resource))
            {
                NonResource.CopyTo(kind[length..]);
                length += NonResource.Length;
            }
            else
            {
                kind[length++] = (byte)' ';
                length = Append(resource, kind, length, decoding);
                length = AppendPart((byte)'.', group, kind, length, decoding);
                length = AppendPart((byte)'/', subresource, kind, length, decoding);
            }

            return visitor.Visit(JsonValue.Text(kind[..length]));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    public override bool Exists(in AuditEvent auditEvent) => IsText(auditEvent[EventField.Verb]);

    private const int Separators = 3;

    private static ReadOnlySpan<byte> NonResource => " nonResourceURL"u8;

    private static bool IsText(JsonValue value) => value.IsScalar && !value.Bytes.IsEmpty;

    private static int AppendPart(byte separator, JsonValue part, Span<byte> kind, int length, Span<byte> decoding)
    {
        if (!IsText(part))
        {
            return length;
        }

        kind[length] = separator;
        return Append(part, kind, length + 1, decoding);
    }

    private static int Append(JsonValue text, Span<byte> kind, int length, Span<byte> decoding)
    {
        var plain = text.Unescape(decoding);
        plain.CopyTo(kind[length..]);
        return length + plain.Length;
    }
}
