using AuditWatch.Composites;
using AuditWatch.Correlation;
using AuditWatch.Correlation.FirstSeen;
using AuditWatch.Detection;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Processing;

/// <summary>The stages that a set of detections brings with it. They are replaced together when the set is.</summary>
/// <param name="Detections">The set.</param>
/// <param name="Engine">Finds what the rules look for.</param>
/// <param name="FirstSeen">Lets rules fire for what is new only.</param>
/// <param name="Correlator">Adds findings up.</param>
/// <param name="Composites">Joins findings into stories.</param>
internal sealed record DetectionStages(DetectionSet Detections, DetectionEngine Engine, FirstSeenStage FirstSeen, Correlator Correlator, CompositeStage Composites)
{
    /// <summary>The stages for a set.</summary>
    /// <param name="detections">The set.</param>
    /// <param name="loggers">Hear of what the stages have to say.</param>
    /// <param name="lateness">How far behind others an event may arrive and still be added up. Default: five minutes.</param>
    /// <param name="previous">The stages they replace: requests already found, combinations already learnt and stories that wait stay known. Windows of correlations are empty.</param>
    /// <param name="failures">Hears of events that a stage fails on. Default: nobody does.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    public static DetectionStages For(DetectionSet detections, ILoggerFactory loggers, TimeSpan? lateness = null, DetectionStages? previous = null, EventFailures? failures = null, ServiceMetrics? metrics = null)
    {
        var firstSeen = new FirstSeenStage(detections, logger: loggers.CreateLogger<FirstSeenStage>(), failures: failures, metrics: metrics);
        var composites = new CompositeStage(detections, lateness, loggers.CreateLogger<CompositeStage>(), failures, metrics);
        if (previous is not null)
        {
            firstSeen.Import(previous.FirstSeen.Export());
            composites.Import(previous.Composites);
        }

        return new DetectionStages(
            detections, new DetectionEngine(detections, previous?.Engine, failures), firstSeen, new Correlator(detections, lateness, loggers.CreateLogger<Correlator>(), failures, metrics), composites);
    }
}
