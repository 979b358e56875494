using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuditWatch.Detection.Matching;

/// <summary>Matches IP addresses within a network. An IPv4 address mapped into IPv6 is taken as IPv4.</summary>
internal sealed class CidrMatcher : ValueMatcher
{
    private readonly bool _isV4;
    private readonly UInt128 _network;
    private readonly int _shift;

    public CidrMatcher(IPNetwork network)
    {
        _isV4 = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        _shift = (_isV4 ? 32 : 128) - network.PrefixLength;
        _network = Number(network.BaseAddress);
    }

    protected override bool MatchesText(ReadOnlySpan<byte> text)
    {
        if (TryNumberV4(text, out var address))
        {
            return _isV4 && Prefix(address) == Prefix(_network);
        }

        // 45 is the longest an address can be written; a zone ("%eth0") is no part of it. IPv6 costs an object.
        Span<char> characters = stackalloc char[45];
        if (text.Length > characters.Length || !Encoding.ASCII.TryGetChars(text, characters, out var length)
            || !IPAddress.TryParse(characters[..length], out var parsed))
        {
            return false;
        }

        parsed = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return parsed.AddressFamily == AddressFamily.InterNetwork == _isV4 && Prefix(Number(parsed)) == Prefix(_network);
    }

    // Four decimal numbers, as Go writes an address: nothing else that inet_aton would take.
    private static bool TryNumberV4(ReadOnlySpan<byte> text, out UInt128 address)
    {
        var number = 0u;
        address = 0;
        for (var part = 0; part < 4; part++)
        {
            if (!Utf8Parser.TryParse(text, out byte octet, out var used))
            {
                return false;
            }

            number = (number << 8) | octet;
            text = text[used..];
            if (part < 3 && (text.IsEmpty || text[0] != '.'))
            {
                return false;
            }

            text = part < 3 ? text[1..] : text;
        }

        address = number;
        return text.IsEmpty;
    }

    private UInt128 Prefix(UInt128 address) => _shift == 128 ? UInt128.Zero : address >> _shift;

    private static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        _ = address.TryWriteBytes(bytes, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
