using AuditWatch.Web.Access;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Web.Live;

/// <summary>How long somebody may go on to look at what is shown as it happens: until they leave, or may not any more.</summary>
internal static class Looking
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Is cancelled when they leave, and within 45 seconds after they are somebody without a role: their token is revoked, their session over, their groups others.</summary>
    public static CancellationToken Until(HttpContext http, TimeProvider time)
    {
        if (Caller.Of(http).Now is not { } now)
        {
            return http.RequestAborted;
        }

        var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        http.Response.OnCompleted(async () =>
        {
            await over.CancelAsync();
            over.Dispose();
        });
        _ = WatchAsync(now, over, time);
        return over.Token;
    }

    private static async Task WatchAsync(Func<CancellationToken, Task<Caller?>> now, CancellationTokenSource over, TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            var cancellation = over.Token;
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                if (await now(cancellation) is null)
                {
                    await over.CancelAsync();
                    return;
                }
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException)
        {
            // They have left.
        }
    }
}
