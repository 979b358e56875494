using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Processing;

/// <summary>
/// Work that is done again and again: at an interval, one time after the other and never two at once; what comes due while it is being done is left out. A time
/// that fails is counted, the first of a row is logged, and the next one comes all the same. Thread-safe.
/// </summary>
internal sealed class PeriodicTask : IAsyncDisposable
{
    private readonly string _name;
    private readonly Func<Task> _work;
    private readonly ILogger _logger;
    private readonly ProcessingInstruments _metrics;
    private readonly PeriodicTimer _timer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private bool _isFailing;

    /// <summary>Begins; the work is done for the first time when one interval is over.</summary>
    /// <param name="name">What is done, for logs and metrics: <c>alerts</c>.</param>
    /// <param name="interval">From one time to the next.</param>
    /// <param name="work">Does it once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears when it begins to fail, and when it works again.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    public PeriodicTask(string name, TimeSpan interval, Func<Task> work, TimeProvider time, ILogger logger, ServiceMetrics? metrics = null)
    {
        _name = name;
        _work = work;
        _logger = logger;
        _metrics = (metrics ?? ServiceMetrics.Shared).Processing;
        _timer = new PeriodicTimer(interval, time);
        _metrics.PeriodicFailures.Add(0, new KeyValuePair<string, object?>("task", name));
        _running = RunAsync();
    }

    /// <summary>Begins with work that awaits nothing.</summary>
    /// <inheritdoc cref="PeriodicTask(string, TimeSpan, Func{Task}, TimeProvider, ILogger, ServiceMetrics?)"/>
    public PeriodicTask(string name, TimeSpan interval, Action work, TimeProvider time, ILogger logger, ServiceMetrics? metrics = null)
        : this(name, interval, () => Completed(work), time, logger, metrics)
    {
    }

    /// <summary>Ends it. What is being done now goes on by itself if it awaits something; nobody waits for that.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static Task Completed(Action work)
    {
        work();
        return Task.CompletedTask;
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            try
            {
                await _work().WaitAsync(_stopping.Token).ConfigureAwait(false);
                if (_isFailing)
                {
                    _isFailing = false;
                    _logger.LogInformation("The periodic task '{Task}' works again.", _name);
                }
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                _metrics.PeriodicFailures.Add(1, new KeyValuePair<string, object?>("task", _name));
                if (!_isFailing)
                {
                    _isFailing = true;
                    _logger.LogError(problem, "The periodic task '{Task}' has failed; it is tried again. Until it works, further failures are counted in auditwatch_periodic_failures_total and not logged.", _name);
                }
            }
        }
    }
}
