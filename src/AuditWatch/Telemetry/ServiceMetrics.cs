using System.Diagnostics.Metrics;

namespace AuditWatch.Telemetry;

/// <summary>
/// All that a service measures: one meter, and its instruments by stage. Made again of the same meter, the counters are the same: whoever has the meter's
/// factory adds to them. Lives as long as the meter. Thread-safe, as are the instruments.
/// </summary>
/// <param name="meter">The meter.</param>
internal sealed class ServiceMetrics(Meter meter)
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "AuditWatch";

    /// <summary>What is counted by stages that no service has made: scans, tests of detections, sources that were given no factory. One for the process.</summary>
    public static ServiceMetrics Shared { get; } = new(new Meter(MeterName));

    public SourceInstruments Sources { get; } = new(meter);

    public ProcessingInstruments Processing { get; } = new(meter);

    public CorrelationInstruments Correlation { get; } = new(meter);

    public CompositeInstruments Composites { get; } = new(meter);

    public IncidentInstruments Incidents { get; } = new(meter);

    public NotificationInstruments Notifications { get; } = new(meter);

    public StateInstruments State { get; } = new(meter);

    public MonitoringInstruments Monitoring { get; } = new(meter);

    /// <summary>Those of a factory's meter, or <see cref="Shared"/> if there is no factory.</summary>
    public static ServiceMetrics Of(IMeterFactory? meters) => meters is null ? Shared : new ServiceMetrics(meters.Create(MeterName));
}
