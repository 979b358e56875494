using System.Net;

namespace AuditWatch.Configuration;

/// <summary>Where a service listens: an IP address and a port.</summary>
public static class ListenAddress
{
    /// <summary>Reads <c>127.0.0.1:9880</c>, <c>[::1]:9880</c>, <c>localhost:9880</c>, or <c>:9880</c> for every address of the machine.</summary>
    public static bool TryParse(string text, out IPEndPoint address)
    {
        const string local = "localhost:";
        var spelt = text.StartsWith(local, StringComparison.OrdinalIgnoreCase) ? $"127.0.0.1:{text[local.Length..]}"
            : text.StartsWith(':') ? $"[::]{text}"
            : text;
        var port = spelt.LastIndexOf(':');
        address = new IPEndPoint(IPAddress.Loopback, 0);

        // Without a port, or an IPv6 address without brackets, is not taken for a port of something else.
        if (port <= 0 || (spelt.IndexOf(':') != port && spelt[port - 1] != ']') || !IPEndPoint.TryParse(spelt, out var parsed))
        {
            return false;
        }

        address = parsed;
        return true;
    }
}
