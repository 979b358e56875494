using System.Net;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Web.Access;

/// <summary>
/// Who may use the page and the API: whoever reaches the service's socket in its state directory, which only its user can, and whoever is on the same machine. A web page of somebody
/// else's that a person there looks at is not meant: it comes under another name than the machine's own, or says which page it is.
/// </summary>
internal static class LocalRequests
{
    /// <summary>What those are told who may not.</summary>
    public const string Refusal = "the page answers only on the machine of the service, as localhost";

    /// <summary>Whether a request is one of those. A connection through the socket has no address.</summary>
    public static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is not { } remote || (IPAddress.IsLoopback(remote) && IsThisMachine(http.Request.Host.Host));

    /// <summary>Whether a request that changes something says that a page of somebody else's sent it.</summary>
    public static bool IsFromElsewhere(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site"
        || (request.Headers.Origin.ToString() is { Length: > 0 } origin && origin != $"{request.Scheme}://{request.Host}");

    /// <summary>Refuses, before anything of it is read, what may not use the page.</summary>
    public static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var http = invocation.HttpContext;
        return !IsLocal(http) || (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) && IsFromElsewhere(http.Request))
            ? Results.Text($"{Refusal}\n", statusCode: StatusCodes.Status403Forbidden)
            : await next(invocation);
    }

    private static bool IsThisMachine(string name) =>
        string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
