using System.Net;

namespace AuditWatch.Host.Api;

/// <summary>
/// Who may use the API: whoever reaches the service's socket in its state directory, which only its user can, and whoever is on the same machine. A web
/// page that somebody there looks at is not meant: it comes under another name than the machine's own, or cannot send JSON without asking first.
/// </summary>
internal static class ApiAccess
{
    /// <summary>Refuses, before anything of it is read, what may not use the API.</summary>
    public static async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsLocal(context))
        {
            await Problem.Result(
                StatusCodes.Status403Forbidden,
                $"the API answers only on the machine of the service, as localhost or through the socket {ApiSocket.FileName} in its state directory").ExecuteAsync(context);
        }
        else if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method) && !context.Request.HasJsonContentType())
        {
            await Problem.Result(StatusCodes.Status415UnsupportedMediaType, "the request has to be application/json").ExecuteAsync(context);
        }
        else
        {
            await next(context);
        }
    }

    // A connection through the socket has no address. The name guards against pages whose name leads to this machine.
    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is not { } remote || (IPAddress.IsLoopback(remote) && IsThisMachine(context.Request.Host.Host));

    private static bool IsThisMachine(string name) =>
        string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
