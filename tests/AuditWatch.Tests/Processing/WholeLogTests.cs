using System.Reactive.Linq;
using AuditWatch.Alerts;
using AuditWatch.Processing;
using AuditWatch.Tests.Correlation;
using AuditWatch.Tests.Detection.Sigma;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Processing;

/// <summary>A correlation that waits for what may still arrive, in a log that ends and in a service that goes on.</summary>
public class WholeLogTests
{
    private static readonly string Average =
        Correlations.Document("average", "type: value_avg\nrules: [a]\ngroup-by: [actor]\ntimespan: 1m\ncondition: {field: responseStatus.code, gte: 500}");

    [Fact]
    public void RunToTheEnd_CorrelationStillWaits_IsDecidedWhenTheLogEnds() => Assert.Equal(1, Alerts(isWhole: true, Event(0, "a")));

    [Fact]
    public void Run_CorrelationStillWaits_IsNotDecided() => Assert.Equal(0, Alerts(isWhole: false, Event(0, "a")));

    [Fact]
    public void Run_AnyEventThatIsLateEnough_MovesTimeOn() => Assert.Equal(1, Alerts(isWhole: false, Event(0, "a"), Event(6, "nothing")));

    private static int Alerts(bool isWhole, params string[] events)
    {
        var stages = DetectionStages.For(Correlations.Load(Average), NullLoggerFactory.Instance);
        var alerts = AlertBook.OnEventTime();
        var pipeline = new AuditPipeline(() => stages, outcome => new AlertsChanged(alerts.Apply(outcome.Findings), Task.CompletedTask), NullLogger<AuditPipeline>.Instance);
        var batches = events.Select(one => Rule.Events(one, Correlations.Received)).ToObservable();
        return (isWhole ? pipeline.RunToTheEnd(batches) : pipeline.Run(batches)).ToEnumerable().Sum(outcome => outcome.Changes.Count);
    }

    private static string Event(int minute, string verb) => $$$"""
        {"auditID":"x","stage":"ResponseComplete","verb":"{{{verb}}}","user":{"username":"jane"},"responseStatus":{"code":503},"requestReceivedTimestamp":"2026-11-21T00:0{{{minute}}}:00.000000Z"}
        """;
}
