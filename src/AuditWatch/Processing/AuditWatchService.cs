using System.Diagnostics.Metrics;
using System.Reactive;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Monitoring;
using AuditWatch.Notifications.Delivery;
using AuditWatch.Sources;
using AuditWatch.Sources.FileTail;
using AuditWatch.Sources.Kafka;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Processing;

/// <summary>
/// The whole service but its web server: sources, stages, alerts, notifications and the work that time brings. To be embedded in any program:
/// <code>
/// await using var service = new AuditWatchService(new AuditWatchOptions { Detections = ["rules"], Files = [new FileTailOptions("audit.log")] }, time, loggers);
/// service.Outcomes.Subscribe(outcome => Console.WriteLine(outcome.Changes.Count));
/// await service.RunAsync(cancellation);
/// </code>
/// It is long because it is where all parts of a service are put together. Thread-safe.
/// </summary>
public sealed class AuditWatchService : IAsyncDisposable
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(5);

    private readonly AuditWatchOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly Meter? _ownMeter;
    private readonly ServiceMetrics _metrics;
    private readonly BatchProcessor _processor;
    private readonly IReadOnlyList<IAuditSource> _sources;
    private readonly Subject<BatchOutcome> _outcomes = new();
    private readonly Subject<Unit> _stopping = new();
    private readonly Subject<DateTimeOffset> _clock = new();
    private readonly List<PeriodicTask> _periodic = [];
    private readonly DateTimeOffset _keptAt;
    private volatile AlertRouting _routing;
    private Dispatcher? _dispatcher;
    private bool _isDisposed;

    /// <summary>A service that goes on where the state was left, once it is started.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Hear of what happens.</param>
    /// <param name="meters">Makes the meter <c>AuditWatch</c> that counts it. Default: the service has one of its own, until it is disposed of.</param>
    /// <exception cref="DetectionException">A detection is broken, or there is none, and there is nothing to fall back on.</exception>
    /// <exception cref="IOException">The state cannot be read.</exception>
    public AuditWatchService(AuditWatchOptions options, TimeProvider time, ILoggerFactory loggers, IMeterFactory? meters = null)
    {
        (_options, _routing, _time, _loggers, _logger) = (options, options.Routing, time, loggers, loggers.CreateLogger<AuditWatchService>());
        _metrics = meters is null ? new ServiceMetrics(_ownMeter = new Meter(ServiceMetrics.MeterName)) : ServiceMetrics.Of(meters);
        var stageState = new StageState(options.State);
        Failures = new EventFailures(loggers.CreateLogger<EventFailures>()) { Metrics = _metrics };
        Detections = new LiveDetections(options.Detections, options.Lateness, stageState, time, loggers, Failures, _metrics, options.Fallback);
        Outbox = new Outbox(options.State, options.Routing.Receivers.SelectMany(receiver => receiver.Integrations), time, _metrics);
        ReceiverTests = new ReceiverTests(() => _routing, () => _dispatcher, time);
        Alerts = new AlertLoop(AlertBook.OnWallClock(time, options.ResolveAfter, Failures), options.Routing, Outbox, options.State, time, _metrics);
        History = new AlertHistory(options.State);
        Incidents = new IncidentHistory(options.State);
        SourceWatch = new SourceWatch(options.Watch, time, _metrics);
        SourceWatch.Restore(options.State);
        _keptAt = SourceRecord.Load(options.State).Select(record => record.LastAt ?? default).Concat(Alerts.Snapshot.Alerts.Values.Select(alert => alert.ChangedAt)).DefaultIfEmpty().Max();
        SourceWatch.Expect([.. options.Files.Select(file => (file.Path, (string?)file.Cluster)), .. Kafka.SelectMany(kafka => kafka.Expected)]);
        Evidence = new ClusterEvidence(loggers.CreateLogger<ClusterEvidence>(), _metrics);
        _processor = new BatchProcessor(Detections.Current, Alerts, loggers.CreateLogger<BatchProcessor>(), _metrics) { StageState = stageState, Sources = SourceWatch, Evidence = Evidence, Failures = Failures, OwnCommand = options.Pod is { } pod ? new OwnCommand(pod) : null };
        _sources =
        [
            .. options.Sources,
            .. options.Files.Select(file => new FileTailSource(file, stageState.CheckpointOf, time, loggers.CreateLogger<FileTailSource>(), _metrics)),
        ];
    }

    /// <summary>
    /// What came of each batch, as it comes: for as many subscribers as there are, which the pipeline waits for. An outcome is valid until the subscriber
    /// returns. Ends with the service.
    /// </summary>
    public IObservable<BatchOutcome> Outcomes => _outcomes.AsObservable();

    /// <summary>The events that a stage failed on.</summary>
    internal EventFailures Failures { get; }

    /// <summary>The alerts.</summary>
    public AlertLoop Alerts { get; }

    /// <summary>All alerts that the state keeps.</summary>
    public AlertHistory History { get; }

    /// <summary>All incidents that the state keeps.</summary>
    public IncidentHistory Incidents { get; }

    /// <summary>The notifications that wait, and those that were given up.</summary>
    internal Outbox Outbox { get; }

    /// <summary>Who is told of which alerts.</summary>
    public AlertRouting Routing => _routing;

    /// <summary>Test messages to those who are told.</summary>
    internal ReceiverTests ReceiverTests { get; }

    /// <summary>The detections that run.</summary>
    public LiveDetections Detections { get; }

    /// <summary>The files that cannot be used at the moment: people are told of them, and those in their place are used.</summary>
    internal IEnumerable<UnusableFiles> Unusable => (Detections.LastReload is { Succeeded: false } reload
        ? [new UnusableFiles("detections", string.Join(" ", reload.Errors.Take(3).Select(error => error.ToString())))] : Array.Empty<UnusableFiles>()).Concat(UnusableElsewhere());

    /// <summary>Those of them that are not the service's own; to be set before it starts.</summary>
    internal Func<IEnumerable<UnusableFiles>> UnusableElsewhere { get; set; } = () => [];

    /// <summary>Which source has spoken when.</summary>
    internal SourceWatch SourceWatch { get; }

    /// <summary>Somebody has a source no longer watched, until it speaks again. What was told of it is closed.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="by">Who, as they call themselves.</param>
    /// <returns>Why it cannot be forgotten, for a person; null if it is. Completes when that is durable.</returns>
    internal Task<string?> ForgetAsync(string id, string by) => Alerts.ForgetAsync(SourceWatch, id, by);

    /// <summary>The sources that read Kafka.</summary>
    internal IEnumerable<KafkaSource> Kafka => _options.Sources.OfType<KafkaSource>();

    /// <summary>What clusters do not record although detections need it.</summary>
    internal ClusterEvidence Evidence { get; }

    /// <summary>Why nothing can be made durable at the moment, for a person; null if all is well.</summary>
    public string? StateProblem => _options.State.Problem;

    /// <summary>
    /// Completes when no event is taken any more: all sources have come to their end, or it was stopped. Fails if a source or the pipeline does, and with a <see cref="State.StateException"/> once another
    /// process has taken the state over: then this one is to end at once.
    /// </summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Whether events are taken.</summary>
    public bool IsRunning => !Completion.IsCompleted;

    /// <summary>Begins to take events, to deliver and to let time pass; once.</summary>
    public void Start()
    {
        _metrics.State.Active.Add(1);
        _ = Evidence.Prepare(Detections.Running);
        _dispatcher = new Dispatcher(_routing.Receivers, Outbox, _time, _loggers.CreateLogger<Dispatcher>(), _metrics);
        _periodic.Add(new PeriodicTask("alerts", AlertLoop.Interval, Alerts.AdvanceAsync, _time, _logger, _metrics));
        _periodic.Add(new PeriodicTask("sources", WatchInterval, () => Alerts.ReportAsync(SourceWatch.Check()), _time, _logger, _metrics));
        _periodic.Add(new PeriodicTask("lost-events", WatchInterval, ReportLostAsync, _time, _logger, _metrics));
        if (_time is SteadyTimeProvider steady)
        {
            var clock = new ClockWatch(() => steady.Behind, steady, _keptAt);
            _periodic.Add(new PeriodicTask("clock", WatchInterval, () => Alerts.ReportAsync(clock.Check()), _time, _logger, _metrics));
        }

        _periodic.Add(new PeriodicTask("state", WatchInterval, new StateAlarm(() => _routing, () => StateProblem, Alerts, _dispatcher.Announce, _time).CheckAsync, _time, _logger, _metrics));
        _periodic.Add(new PeriodicTask("unusable-files", WatchInterval, new UnusableFilesAlarm(() => Unusable, Alerts, _time).CheckAsync, _time, _logger, _metrics));
        _periodic.Add(new PeriodicTask("detections", LiveDetections.Interval, Detections.Check, _time, _logger, _metrics));
        _periodic.Add(new PeriodicTask("composites", WatchInterval, () => _clock.OnNext(_time.GetUtcNow()), _time, _logger, _metrics));

        // When the sources have said all, the clock says no more.
        var batches = _sources.Select(source => source.Batches).Merge().TakeUntil(_stopping).Do(_ => { }, _clock.OnCompleted);
        var pipeline = batches.Select(batch => new Func<BatchOutcome>(() => _processor.Process(batch)))
            .Merge(_clock.Select(now => new Func<BatchOutcome>(() => _processor.Tick(now))))
            .Synchronize()
            .Select(work => work())
            .ForEachAsync(Publish);
        Completion = Task.WhenAny(pipeline, _options.State.Lost).Unwrap();
    }

    /// <summary>
    /// Tells alerts by another routing from now on, whole: who was told of an alert by a route that stays is not told again, what waits for a receiver that stays goes out by its new settings, and what waits for one that is gone
    /// is given up. To be called by one thread at a time, after <see cref="Start"/>.
    /// </summary>
    /// <param name="routing">The routing.</param>
    /// <returns>Completes when it is durable.</returns>
    public async Task RerouteAsync(AlertRouting routing)
    {
        Outbox.Include(routing.Receivers.SelectMany(receiver => receiver.Integrations));
        await Alerts.RerouteAsync(routing);
        _routing = routing;
        await _dispatcher!.ReplaceAsync(routing.Receivers);
    }

    /// <summary>Runs until it is cancelled or all sources have come to their end, and stops.</summary>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(CancellationToken cancellation = default)
    {
        Start();
        await Completion.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopAsync(CancellationToken.None);
        await Completion;
    }

    /// <summary>Takes no more events, finishes the batch at hand and delivers what can be delivered at once.</summary>
    /// <param name="cancellation">Ends the waiting for that. What is not durable by then was not acknowledged, and comes again.</param>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        foreach (var task in _periodic)
        {
            await task.DisposeAsync();
        }

        _periodic.Clear();
        _stopping.OnNext(Unit.Default);
        await Completion.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(Kafka.Select(kafka => kafka.Ended)).WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await DecideAsync(cancellation);
        await (_dispatcher?.StopAsync(cancellation) ?? Task.CompletedTask);
    }

    /// <summary>Stops at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await Alerts.DisposeAsync();
        await StopAsync(new CancellationToken(canceled: true));
        await (_dispatcher?.DisposeAsync() ?? ValueTask.CompletedTask);
        _outcomes.OnCompleted();
        _outcomes.Dispose();
        _stopping.Dispose();
        _clock.Dispose();
        _ownMeter?.Dispose();
    }

    private async Task ReportLostAsync()
    {
        Finding[] found = [.. Kafka.SelectMany(kafka => kafka.DrainLost()).Select(lost => LostEvents.Finding(lost.Where, lost.Count, _time.GetUtcNow()))];
        if (found.Length > 0)
        {
            await Alerts.ReportAsync(new WatchReport(found, []));
        }
    }

    // A service that ends within its first seconds tells what composites, which are compiled meanwhile, owe.
    private async Task DecideAsync(CancellationToken cancellation)
    {
        // The stages belong to the pipeline until it has ended.
        if (!Completion.IsCompletedSuccessfully || Detections.Current().Composites is not { IsUndecided: true } composites)
        {
            return;
        }

        await composites.Ready.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellation.IsCancellationRequested)
        {
            Publish(_processor.Tick(_time.GetUtcNow()));
        }
    }

    // Who looks on cannot end the service.
    private void Publish(BatchOutcome outcome)
    {
        using var batch = outcome.Batch;
        try
        {
            _outcomes.OnNext(outcome);
        }
        catch (Exception problem)
        {
            _logger.LogError(problem, "A subscriber of outcomes has failed.");
        }
    }
}
