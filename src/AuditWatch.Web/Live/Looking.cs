using AuditWatch.Access;
using AuditWatch.Web.Access;
using Microsoft.AspNetCore.Http;

namespace AuditWatch.Web.Live;

/// <summary>Says when to end what an open page is fed with: when its reader has gone, or has lost the right to look.</summary>
internal static class Looking
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Is cancelled when they leave, and within 45 seconds after they may not what they could: their token is revoked, their session over, their groups others. Who still may something comes back.</summary>
    public static CancellationToken Until(HttpContext http, TimeProvider time)
    {
        var (rights, asked) = (Caller.Of(http).Rights, Caller.Of(http).Now);
        if (asked is not { } now)
        {
            return http.RequestAborted;
        }

        var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        http.Response.OnCompleted(async () =>
        {
            await over.CancelAsync();
            over.Dispose();
        });
        _ = WatchAsync(now, rights, over, time);
        return over.Token;
    }

    private static async Task WatchAsync(Func<CancellationToken, Task<Caller?>> now, Rights rights, CancellationTokenSource over, TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            var cancellation = over.Token;
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                if (await now(cancellation) is not { } still || !still.Rights.Equals(rights))
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
