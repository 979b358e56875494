using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuditWatch.Detection.Matching;

/// <summary>The text is an IP address within a network. An IPv4 address mapped into IPv6 counts as IPv4.</summary>
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
        // 45 is the longest an address can be written; a zone ("%eth0") is no part of it.
        Span<char> characters = stackalloc char[45];
        if (text.Length > characters.Length || !Encoding.ASCII.TryGetChars(text, characters, out var length)
            || !IPAddress.TryParse(characters[..length], out var address))
        {
            return false;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return address.AddressFamily == AddressFamily.InterNetwork == _isV4 && Prefix(Number(address)) == Prefix(_network);
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
