using System.Reactive;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using AuditWatch.Monitoring;
using AuditWatch.Notifications.Delivery;
using AuditWatch.Processing;
using AuditWatch.Sources;
using AuditWatch.State;

namespace AuditWatch.Host.Run;

/// <summary>
/// Runs the pipeline over the sources while the process lives. It is stopped after the web server, so that every request has been answered
/// by then; it finishes the batch at hand and the notifications that are due.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="sources">Where events come from.</param>
/// <param name="alerts">Lets time go by for alerts.</param>
/// <param name="watch">Watches the sources.</param>
/// <param name="store">The state.</param>
/// <param name="time">The clock.</param>
/// <param name="dispatcher">Delivers notifications.</param>
/// <param name="lifetime">Is ended if the pipeline ends by itself.</param>
/// <param name="logger">Hears of it if the pipeline ends by itself.</param>
internal sealed class AuditService(
    AuditPipeline pipeline, IEnumerable<IAuditSource> sources, AlertStage alerts, SourceWatch watch, IStateStore store, TimeProvider time, Dispatcher dispatcher, IHostApplicationLifetime lifetime, ILogger<AuditService> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(5);

    private readonly Subject<Unit> _stopping = new();
    private Task? _run;
    private ITimer? _watching;

    /// <summary>Whether events are taken.</summary>
    public bool IsRunning => _run is { IsCompleted: false };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        alerts.Start();
        watch.Restore(store);
        _watching = time.CreateTimer(_ => alerts.ReportAsync(watch.Check()), null, WatchInterval, WatchInterval);
        _run = pipeline.Run(sources.Select(source => source.Batches).Merge().TakeUntil(_stopping)).ForEachAsync(_ => { }, CancellationToken.None);
        _ = WatchAsync(_run);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _watching?.Dispose();
        _stopping.OnNext(Unit.Default);
        await _run!.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await dispatcher.StopAsync(cancellationToken);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _watching?.Dispose();
    }

    private async Task WatchAsync(Task run)
    {
        try
        {
            await run;
        }
        catch (Exception problem)
        {
            logger.LogCritical(problem, "The pipeline has ended: no event is taken any more, the service stops.");
            Environment.ExitCode = ExitCode.FoundProblems;
        }

        lifetime.StopApplication();
    }
}
