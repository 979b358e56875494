using AuditWatch.Detection;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Processing;

/// <summary>
/// The detections of a running service. A change to their files is live within two seconds: the whole new set, or, if anything in it is broken,
/// nothing, and the last good set goes on. <see cref="Current"/> belongs to the pipeline; everything else may be called from any thread.
/// </summary>
public sealed class LiveDetections
{
    /// <summary>How often <see cref="Check"/> is to be called. A change counts once two looks agree, so that half-written files are not taken for broken ones.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    // While nothing about the files changes, their contents are read at every such look; and at the first few after a change, when a clock may not tell it from another.
    private const int ContentsEvery = 60;
    private const int ContentsAtFirst = 4;

    private readonly IReadOnlyList<string> _paths;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly ServiceMetrics _metrics;
    private readonly TimeSpan _lateness;
    private readonly StageState _stageState;
    private readonly TimeProvider _time;
    private readonly EventFailures? _failures;
    private readonly DetectionFallback? _fallback;
    private readonly KeptDetections? _kept;
    private readonly Lock _checking = new();
    private string _loaded;
    private string _lastLook;
    private IReadOnlyList<(string, long, DateTime)> _glance = [];
    private int _glancesAlike;
    private DetectionStages _current;
    private DetectionSet? _next;
    private volatile DetectionReload _lastReload;

    /// <summary>Starts out with what is in the files.</summary>
    /// <param name="paths">Folders and files of detections.</param>
    /// <param name="lateness">How far behind others an event may arrive and still be added up by correlations.</param>
    /// <param name="stageState">What the stages knew before a restart.</param>
    /// <param name="time">The time.</param>
    /// <param name="loggers">Hear of reloads.</param>
    /// <param name="failures">Hears of events that the stages fail on. Default: nobody does.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    /// <param name="fallback">What runs if they cannot be used. Default: nothing.</param>
    /// <exception cref="DetectionException">A detection is broken, or there is none, and there is nothing to fall back on.</exception>
    internal LiveDetections(IReadOnlyList<string> paths, TimeSpan lateness, StageState stageState, TimeProvider time, ILoggerFactory loggers, EventFailures? failures = null, ServiceMetrics? metrics = null, DetectionFallback? fallback = null)
    {
        _fallback = fallback;
        _kept = fallback?.Folder is { } folder ? new KeptDetections(folder) : null;
        _failures = failures;
        _paths = paths;
        _lateness = lateness;
        _stageState = stageState;
        _time = time;
        _loggers = loggers;
        _metrics = metrics ?? ServiceMetrics.Shared;
        _logger = loggers.CreateLogger<LiveDetections>();

        // Before they are read: what changes meanwhile has changed.
        _loaded = _lastLook = DetectionFiles.ContentHash(paths);
        var (detections, errors) = Start();
        _current = DetectionStages.For(detections, loggers, lateness, failures: failures, metrics: _metrics);
        stageState.Restore(_current, time.GetUtcNow());
        _lastReload = new DetectionReload(time.GetUtcNow(), detections.Rules.Count, errors);
        _metrics.Processing.MeasureDetections(() => _lastReload.Succeeded, () => _lastReload.Rules);
    }

    /// <summary>The detections of the batch that is in the stages.</summary>
    internal DetectionSet Running => _current.Detections;

    /// <summary>The stages for the next batch. A new set takes over here, between two batches, and with it what the old one has learnt.</summary>
    internal DetectionStages Current()
    {
        if (Interlocked.Exchange(ref _next, null) is { } next)
        {
            _current = DetectionStages.For(next, _loggers, _lateness, _current, _failures, _metrics);
            _stageState.RestoreWindows(_current, _time.GetUtcNow());
        }

        return _current;
    }

    /// <summary>How the last load went.</summary>
    public DetectionReload LastReload => _lastReload;

    /// <summary>Looks for changes once.</summary>
    public void Check()
    {
        lock (_checking)
        {
            var look = MayDiffer() ? DetectionFiles.ContentHash(_paths) : _lastLook;
            var settled = look == _lastLook;
            _lastLook = look;
            if (settled && look != _loaded)
            {
                Reload(look);
            }
        }
    }

    private bool MayDiffer()
    {
        var glance = DetectionFiles.Glance(_paths);
        _glancesAlike = glance.SequenceEqual(_glance) ? _glancesAlike + 1 : 0;
        _glance = glance;
        return _glancesAlike <= ContentsAtFirst || _glancesAlike % ContentsEvery == 0;
    }

    private (DetectionSet Detections, IReadOnlyList<Diagnostic> Errors) Start()
    {
        var detections = Load(out var errors);
        if (errors.Count == 0)
        {
            Keep();
            return (detections, errors);
        }

        foreach (var (paths, what) in new[] { (_kept?.Paths, "the last that could be used"), (_fallback?.Shipped, "the shipped ones") })
        {
            var problems = new Diagnostics();
            if (paths is { Count: > 0 } && DetectionLoader.Load(paths, problems) is { Rules.Count: > 0 } other && !problems.HasErrors)
            {
                _logger.LogError("The detections cannot be used; {What} run in their place. {Errors}", what, string.Join(" ", errors));
                return (other, errors);
            }
        }

        throw new DetectionException(string.Join('\n', errors));
    }

    private DetectionSet Load(out List<Diagnostic> errors)
    {
        var diagnostics = new Diagnostics();
        var detections = DetectionLoader.Load(_paths, diagnostics);
        errors = [.. diagnostics.Where(said => said.Severity == DiagnosticSeverity.Error)];
        if (errors.Count == 0 && detections.Rules.Count == 0)
        {
            errors.Add(new Diagnostic(new SourceLocation(_paths[0], 1, 1), DiagnosticSeverity.Error, $"there are no detections in {string.Join(", ", _paths)}"));
        }

        return detections;
    }

    private void Keep()
    {
        try
        {
            _kept?.Keep(_paths);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("The detections that run cannot be kept for a start at which they are broken: {Problem}", problem.Message);
        }
    }

    private void Reload(string look)
    {
        var detections = Load(out var errors);
        if (DetectionFiles.ContentHash(_paths) != look)
        {
            // They changed while they were read: neither what was read nor what is wrong with it may be so.
            return;
        }

        _loaded = look;
        if (errors.Count == 0)
        {
            Interlocked.Exchange(ref _next, detections);
            Keep();
            _logger.LogInformation("Detections changed: {Count} live.", Counted.Of(detections.Rules.Count, "rule"));
        }
        else
        {
            _logger.LogError("Detections changed and cannot be used; what was live stays so: {Count}. {Errors}", Counted.Of(_lastReload.Rules, "rule"), string.Join(" ", errors));
        }

        _metrics.Processing.Reloads.Add(1, new KeyValuePair<string, object?>("result", errors.Count == 0 ? "loaded" : "kept"));
        _lastReload = new DetectionReload(_time.GetUtcNow(), errors.Count == 0 ? detections.Rules.Count : _lastReload.Rules, errors);
    }
}
