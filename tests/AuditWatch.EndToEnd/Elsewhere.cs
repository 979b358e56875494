using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace AuditWatch.EndToEnd;

/// <summary>Where a program on this machine looks like one on another.</summary>
internal static class Elsewhere
{
    /// <summary>An address of this machine that is not loopback; skips the test where there is none.</summary>
    public static IPAddress OrSkip()
    {
        var address = NetworkInterface.GetAllNetworkInterfaces().SelectMany(network => network.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        Skip.If(address is null, "needs an address other than loopback: sudo ip address add 192.0.2.1/32 dev lo");
        return address!;
    }
}
