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
    public void Complete_CorrelationStillWaits_IsDecided() => Assert.Equal(1, Alerts(isWhole: true, Event(0, "a")));

    [Fact]
    public void Process_CorrelationStillWaits_IsNotDecided() => Assert.Equal(0, Alerts(isWhole: false, Event(0, "a")));

    [Fact]
    public void Process_AnyEventThatIsLateEnough_MovesTimeOn() => Assert.Equal(1, Alerts(isWhole: false, Event(0, "a"), Event(6, "nothing")));

    private static int Alerts(bool isWhole, params string[] events)
    {
        var stages = DetectionStages.For(Correlations.Load(Average), NullLoggerFactory.Instance);
        var processor = BatchProcessor.ForLog(stages, NullLogger<BatchProcessor>.Instance);
        var changes = events.Sum(one => processor.Process(Rule.Events(one, Correlations.Received)).Changes.Count);
        return isWhole ? changes + processor.Complete().Changes.Count : changes;
    }

    private static string Event(int minute, string verb) => $$$"""
        {"auditID":"x","stage":"ResponseComplete","verb":"{{{verb}}}","user":{"username":"jane"},"responseStatus":{"code":503},"requestReceivedTimestamp":"2026-11-21T00:0{{{minute}}}:00.000000Z"}
        """;
}
