using System.Net;

namespace AuditWatch.Host.Commands;

/// <summary>Where the service listens: an IP address and a port.</summary>
internal static class ListenAddress
{
    /// <summary>The address and port of the service unless something else is said.</summary>
    public const string Default = "127.0.0.1:9880";

    /// <summary>Reads <c>127.0.0.1:9880</c>, <c>[::1]:9880</c>, <c>localhost:9880</c>, or <c>:9880</c> for every address of the machine.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static IPEndPoint Parse(string text)
    {
        var spelt = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? string.Concat("127.0.0.1", text.AsSpan("localhost".Length))
            : text.StartsWith(':') ? "[::]" + text
            : text;
        var port = spelt.LastIndexOf(':');
        return port > 0 && spelt.IndexOf(':') is var first && (first == port || spelt[port - 1] == ']') && IPEndPoint.TryParse(spelt, out var address)
            ? address
            : throw new UsageException($"'{text}' is not an address to listen on: write IP:PORT, such as {Default} or [::1]:9880");
    }
}
