using System.Net;

namespace AuditWatch.Host.Api;

/// <summary>
/// Who may use the API: whoever reaches the service's socket in its state directory, which only its user can, and whoever is on the same machine. A web
/// page that somebody there looks at is not meant: it comes under another name than the machine's own, or cannot send JSON without asking first.
/// </summary>
internal static class ApiAccess
{
    /// <summary>What the socket in the state directory is called.</summary>
    public const string SocketName = "auditwatch.sock";

    public static async ValueTask<object?> Filter(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var request = invocation.HttpContext.Request;
        if (!IsLocal(invocation.HttpContext))
        {
            return Problem.Result(
                StatusCodes.Status403Forbidden,
                "the API answers only on this machine: use 'auditwatch ... --url unix:STATE/auditwatch.sock' where the service runs, or an address on loopback");
        }

        if (request.Method != HttpMethods.Get && request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
        {
            return Problem.Result(StatusCodes.Status415UnsupportedMediaType, "the request has to be application/json");
        }

        return await next(invocation);
    }

    // A connection through the socket has no address. The name guards against pages whose name leads to this machine.
    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is not { } remote
        || (IPAddress.IsLoopback(remote) && (context.Request.Host.Host is "localhost" || (IPAddress.TryParse(context.Request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host))));
}
