using System.Net.NetworkInformation;

namespace AuditWatch.EndToEnd;

/// <summary>
/// Ports for servers that have to be told one, or that come back to theirs: below those that the kernel gives to clients, since other tests make
/// connections all the while, and none twice.
/// </summary>
internal static class Ports
{
    private static int _last = 20_000 + (Environment.ProcessId % 9_000);

    /// <summary>A port that is free.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _last);
            if (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().All(address => address.Port != port))
            {
                return port;
            }
        }
    }
}
