using AuditWatch.Web.Access;

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
        if (!LocalRequests.IsLocal(context))
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
}
