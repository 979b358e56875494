using System.Buffers;
using System.Buffers.Text;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>command</c>: what an exec or attach runs, or a request to the kubelet through <c>nodes/proxy</c>: the <c>command</c> parameters of the
/// request's URI (<c>cmd</c> for the kubelet's /run), percent-decoded and joined by a space.
/// </summary>
internal sealed class CommandFieldPath() : FieldPath("command")
{
    /// <summary>The subresources that commands are sent to; a request for anything else has none.</summary>
    public static IReadOnlyList<string> Subresources { get; } = ["exec", "attach", "proxy"];

    public override bool Any(in AuditEvent auditEvent, IValueVisitor visitor)
    {
        if (!MayHaveCommand(auditEvent))
        {
            return false;
        }

        var uri = auditEvent[EventField.RequestUri];
        var scratch = ArrayPool<byte>.Shared.Rent(2 * uri.Bytes.Length);
        try
        {
            var command = Decode(uri.Unescape(scratch), scratch.AsSpan(uri.Bytes.Length));
            return !command.IsEmpty && visitor.Visit(JsonValue.Text(command));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    public override bool Exists(in AuditEvent auditEvent) => Any(auditEvent, Anything.Instance);

    private static bool MayHaveCommand(in AuditEvent auditEvent)
    {
        var subresource = auditEvent[EventField.ObjectRefSubresource];
        return subresource.Is("exec"u8) || subresource.Is("attach"u8) || subresource.Is("proxy"u8);
    }

    private static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> uri, Span<byte> to)
    {
        var written = 0;
        var query = uri[(uri.IndexOf((byte)'?') + 1)..];
        while (!query.IsEmpty && query.Length < uri.Length)
        {
            var end = query.IndexOf((byte)'&');
            var parameter = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];

            var equals = parameter.IndexOf((byte)'=');
            if (equals < 0 || !IsCommand(parameter[..equals], to[written..]))
            {
                continue;
            }

            if (written > 0)
            {
                to[written++] = (byte)' ';
            }

            written += PercentDecode(parameter[(equals + 1)..], to[written..]);
        }

        return to[..written];
    }

    // Names may be percent-encoded like values, and are decoded by the API server.
    private static bool IsCommand(ReadOnlySpan<byte> name, Span<byte> scratch)
    {
        var decoded = scratch[..PercentDecode(name, scratch)];
        return decoded.SequenceEqual("command"u8) || decoded.SequenceEqual("cmd"u8);
    }

    private static int PercentDecode(ReadOnlySpan<byte> text, Span<byte> to)
    {
        var written = 0;
        while (!text.IsEmpty)
        {
            if (text[0] == '%' && text.Length >= 3 && Utf8Parser.TryParse(text[1..3], out byte decoded, out var used, 'x') && used == 2)
            {
                to[written++] = decoded;
                text = text[3..];
            }
            else
            {
                to[written++] = text[0] == '+' ? (byte)' ' : text[0];
                text = text[1..];
            }
        }

        return written;
    }

    private sealed class Anything : IValueVisitor
    {
        public static readonly Anything Instance = new();

        public bool Visit(JsonValue value) => true;
    }
}
