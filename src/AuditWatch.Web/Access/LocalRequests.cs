using System.Net;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Web.Access;

/// <summary>
/// Who is on the machine of the service: whoever reaches the service's socket in its state directory, which only its user can, and whoever is on the same machine. A web page of somebody
/// else's that a person there looks at is not meant: it comes under another name than the machine's own, or says which page it is.
/// </summary>
internal static class LocalRequests
{
    /// <summary>Whether a request is one of those. A connection through the socket has no address.</summary>
    public static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is not { } remote || (IPAddress.IsLoopback(remote) && IsThisMachine(http.Request.Host.Host));

    /// <summary>Whether a request that changes something says that a page of somebody else's sent it.</summary>
    public static bool IsFromElsewhere(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site"
        || (request.Headers.Origin.ToString() is { Length: > 0 } origin && origin != $"{request.Scheme}://{request.Host}");

    private static bool IsThisMachine(string name) =>
        string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
