using System.Buffers.Text;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>What an event says about the sender of the request besides the user name: groups, user agent, credentials, address.</summary>
internal static class Evidence
{
    /// <summary>Whether one of the groups is <paramref name="group"/>. Where an event says nothing of groups, as GKE's do, it may be.</summary>
    public static bool MayHaveGroup(in AuditEvent auditEvent, ReadOnlySpan<byte> group)
    {
        var groups = auditEvent[EventField.UserGroups];
        return groups.Kind != JsonKind.Array || Contains(groups, group);
    }

    /// <summary>Whether the event names a group that not everybody who is logged in has.</summary>
    public static bool HasGroups(in AuditEvent auditEvent)
    {
        var groups = auditEvent[EventField.UserGroups];
        if (groups.Kind == JsonKind.Array)
        {
            var elements = new JsonElements(groups);
            while (elements.MoveNext())
            {
                if (!elements.Current.Is("system:authenticated"u8))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>What the client calls itself, up to its version: <c>kubelet</c> of <c>kubelet/v1.31.2 (linux/amd64)</c>. A client may lie.</summary>
    public static ReadOnlySpan<byte> Product(in AuditEvent auditEvent)
    {
        var agent = auditEvent[EventField.UserAgent].Bytes;
        var end = agent.IndexOfAny((byte)'/', (byte)' ');
        return end < 0 ? agent : agent[..end];
    }

    /// <summary>Whether the user logged in with a certificate and not with a token (Kubernetes 1.32 and later say so).</summary>
    public static bool HasCertificate(in AuditEvent auditEvent)
    {
        var extra = RelativePath.Member(auditEvent[EventField.User], "extra"u8);
        var credentials = RelativePath.Member(extra, "authentication.kubernetes.io/credential-id"u8);
        return credentials.Kind == JsonKind.Array && credentials.Bytes.IndexOf("\"X509"u8) >= 0;
    }

    /// <summary>Whether the request came over the loopback interface.</summary>
    public static bool IsLoopback(in AuditEvent auditEvent)
    {
        var address = ClientIP.Of(auditEvent).Bytes;
        return address.StartsWith("127."u8) || address.SequenceEqual("::1"u8);
    }

    /// <summary>
    /// Whether the request came from an address that is reached from the Internet: none of the private (RFC 1918, RFC 4193), shared (RFC 6598), link-local
    /// and loopback ones. Of an event without an address that is not known, and it is not.
    /// </summary>
    public static bool IsFromPublicAddress(in AuditEvent auditEvent)
    {
        var address = ClientIP.Of(auditEvent).Bytes;
        address = address.StartsWith("::ffff:"u8) ? address[7..] : address;
        if (address.IsEmpty || address.SequenceEqual("::1"u8))
        {
            return false;
        }

        if (Utf8Parser.TryParse(address, out byte first, out var used) && used < address.Length && address[used] == '.')
        {
            return !(Utf8Parser.TryParse(address[(used + 1)..], out byte second, out _) && IsPrivate(first, second));
        }

        // fc00::/7 and fe80::/10.
        return !(address.Length > 4 && (address[0] | 0x20) == 'f'
            && ((address[1] | 0x20) is 'c' or 'd' || ((address[1] | 0x20) == 'e' && (address[2] | 0x20) is '8' or '9' or 'a' or 'b')));
    }

    private static bool IsPrivate(byte first, byte second) => first switch
    {
        10 or 127 => true,
        172 => second is >= 16 and <= 31,
        192 => second == 168,
        169 => second == 254,
        100 => second is >= 64 and <= 127,
        _ => false,
    };

    private static bool Contains(JsonValue array, ReadOnlySpan<byte> text)
    {
        var elements = new JsonElements(array);
        while (elements.MoveNext())
        {
            if (elements.Current.Is(text))
            {
                return true;
            }
        }

        return false;
    }
}
