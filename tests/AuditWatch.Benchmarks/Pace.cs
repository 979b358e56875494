using System.Diagnostics;

namespace AuditWatch.Benchmarks;

/// <summary>Does something at a steady rate, whatever each time takes, for as long as enough of them may be under way at once.</summary>
internal static class Pace
{
    /// <summary>Until it is stopped; then what is under way is awaited.</summary>
    /// <param name="perSecond">How often.</param>
    /// <param name="together">How many may be under way at a time; who is late catches up.</param>
    /// <param name="action">Takes the number, from 0, and when it was due, by <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <param name="stop">Ends it.</param>
    public static Task RunAsync(double perSecond, int together, Func<long, long, Task> action, CancellationToken stop)
    {
        var (began, next) = (Stopwatch.GetTimestamp(), -1L);
        return Task.WhenAll(Enumerable.Range(0, together).Select(_ => Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var number = Interlocked.Increment(ref next);
                    var due = began + (long)(number / perSecond * Stopwatch.Frequency);
                    if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is var ahead && ahead > TimeSpan.Zero)
                    {
                        try
                        {
                            await Task.Delay(ahead, TimeProvider.System, stop);
                        }
                        catch (OperationCanceledException)
                        {
                            return;
                        }
                    }

                    await action(number, due);
                }
            },
            CancellationToken.None)));
    }
}
