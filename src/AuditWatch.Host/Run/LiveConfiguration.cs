using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using AuditWatch.Configuration;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Processing;
using AuditWatch.Telemetry;

namespace AuditWatch.Host.Run;

/// <summary>
/// The configuration file of a running service. What it says about who is told of which alerts (routes, receivers, time intervals, inhibitions, silences, <c>externalUrl</c>) is live within three seconds of a change to
/// it or to a file that a receiver names, such as that of a secret, and of SIGHUP: whole, or, if anything in the file is wrong, not at all. The rest of it is looked at at a start only; that it has changed is logged. Thread-safe.
/// </summary>
internal sealed class LiveConfiguration : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConfigurationInUse _started;
    private readonly AuditWatchService _service;
    private readonly TextWriter _output;
    private readonly ILogger _logger;
    private readonly ProcessingInstruments _metrics;
    private readonly PeriodicTask _checks;
    private readonly PosixSignalRegistration _hangUp;
    private ConfigurationContent _content;
    private string _loaded;
    private string _lastLook;
    private bool _isAsked;
    private volatile string? _problem;

    /// <summary>Begins to look for changes.</summary>
    /// <param name="started">What the service was started with.</param>
    /// <param name="service">The service, which runs.</param>
    /// <param name="output">Where alerts are written that go to the console.</param>
    /// <param name="logger">Hears of reloads.</param>
    /// <param name="meters">Count them.</param>
    public LiveConfiguration(ConfigurationInUse started, AuditWatchService service, TextWriter output, ILogger<LiveConfiguration> logger, IMeterFactory meters)
    {
        (_started, _service, _output, _logger, _content) = (started, service, output, logger, started.Content);
        _loaded = _lastLook = started.Hash;
        _metrics = ServiceMetrics.Of(meters).Processing;
        _metrics.MeasureConfiguration(() => _problem is null);
        _checks = new PeriodicTask("configuration", Interval, CheckAsync, TimeProvider.System, logger, ServiceMetrics.Of(meters));
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Volatile.Write(ref _isAsked, true);
        });
    }

    /// <summary>Why the file as it now is cannot be used; null if it is in use.</summary>
    public string? Problem => _problem;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _hangUp.Dispose();
        return _checks.DisposeAsync();
    }

    // A change counts once two looks agree, so that a half-written file is not taken for a broken one.
    private async Task CheckAsync()
    {
        var look = _content.Hash();
        var isSettled = look == _lastLook;
        _lastLook = look;
        if (Interlocked.Exchange(ref _isAsked, false) || (isSettled && look != _loaded))
        {
            await ReloadAsync();
        }
    }

    private async Task ReloadAsync()
    {
        // Before it is read for use: what changes meanwhile has changed. Other files may be named than before, also where it cannot be used.
        _content = ConfigurationContent.Read(_started.File);
        _loaded = _lastLook = _content.Hash();
        var diagnostics = new Diagnostics();
        var configuration = ConfigurationFile.Load(_started.File, ServiceSettings.Kinds(_output), diagnostics, waitsForSecrets: !_started.IsStrict);
        _metrics.ConfigurationReloads.Add(1, new KeyValuePair<string, object?>("result", configuration is null ? "kept" : "loaded"));
        if (configuration is null)
        {
            _problem = string.Join(" ", diagnostics.Where(said => said.Severity == DiagnosticSeverity.Error).Take(3));
            _logger.LogError("The configuration has changed and cannot be used; what was live stays so. {Errors}", string.Join(" ", diagnostics));
            return;
        }

        await _service.RerouteAsync(ServiceSettings.RoutingOf(configuration, _output));
        _problem = null;
        _logger.LogInformation("The configuration was read again: {Receivers}, {Silences}", Counted.Of(_service.Routing.Receivers.Count, "receiver"), Counted.Of(configuration.Silences.Count, "silence"));
        foreach (var warning in diagnostics)
        {
            _logger.LogWarning("{Warning}", warning);
        }

        if (_content.OtherChanges(_started.Content).ToList() is { Count: > 0 } others)
        {
            _logger.LogWarning("Of the configuration, changes to {Sections} take effect at the next start", string.Join(", ", others.Select(key => $"'{key}'")));
        }
    }
}
