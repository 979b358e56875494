using AuditWatch.Detection;
using AuditWatch.Processing;
using AuditWatch.Tests.Detection.Sigma;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Composites;

/// <summary>A story that ends with what happens all the time, whichever of its requests arrives first.</summary>
public class AwaitedRequestsTests
{
    private const string All = "title: all\nname: all\nlogsource: {product: kubernetes, service: audit}\ndetection: {s: {verb: use}, condition: s}\nauditwatch: {awaited: true}\n";

    private static readonly DetectionSet Detections = CompositeSets.Load(
        CompositeSets.Document("""
            within: 1h
            steps:
              - made: {rule: a, match: {objectRef.name: $name}}
              - used: {rule: all, match: {objectRef.name: $name, actor: $who}}
            """,
            "auditwatch: {summary: \"{$who} used {$name}\", dedup: {by: [$name, $who]}}"),
        All);

    [Fact]
    public void Find_UseAfterItsStoryBegan_IsToldOf() => Assert.Equal(["mallory"], Told([Event(1, "a", "x")], [Event(2, "use", "x")]));

    [Fact]
    public void Find_UseArrivesBeforeItsStory_IsToldOf() => Assert.Equal(["mallory"], Told([Event(2, "use", "x")], [Event(1, "a", "x")]));

    [Fact]
    public void Find_UseArrivesBeforeItsStoryInOneBatch_IsToldOf() => Assert.Equal(["mallory"], Told([Event(2, "use", "x"), Event(1, "a", "x")]));

    [Fact]
    public void Find_UseBeforeTheStoryBegan_IsNot() => Assert.Empty(Told([Event(1, "use", "x")], [Event(2, "a", "x")]));

    [Fact]
    public void Find_UseOfSomethingElseArrivesBefore_IsNot() => Assert.Empty(Told([Event(2, "use", "y")], [Event(1, "a", "x")]));

    [Fact]
    public void Find_UseArrivesInADroppedStage_IsNot() => Assert.Empty(Told([Event(2, "use", "x", stage: "RequestReceived")], [Event(1, "a", "x")]));

    [Fact]
    public void Find_OneUsesAllTheTime_TheOthersFirstUseIsToldOfAsWell()
    {
        var often = Enumerable.Range(0, 1000).Select(i => Event(10, "use", "x", "often"));

        Assert.Equal(["often", "mallory"], Told([.. often], [Event(10, "use", "x")], [Event(9, "a", "x")]));
    }

    [Fact]
    public void Find_UsedLongBeforeAndAfterTheStoryBegan_IsToldOf()
    {
        var before = Enumerable.Range(0, 1000).Select(i => Event(1, "use", "x"));

        Assert.Equal(["mallory"], Told([.. before], [Event(55, "use", "x")], [Event(54, "a", "x")]));
    }

    [Fact]
    public void Find_AnothersFlood_DoesNotPushOutAUse()
    {
        var flood = Enumerable.Range(0, 20_000).Select(i => Event(2 + (i / 500), "use", $"x{i}", "flooder"));

        Assert.Equal(["mallory"], Told([Event(2, "use", "x")], [.. flood], [Event(1, "a", "x")]));
    }

    [Fact]
    public void Find_ManyAccountsUseMuch_TheLatestUseIsToldOf()
    {
        var crowd = Enumerable.Range(0, 20_000).Select(i => Event(2, "use", $"x{i}", $"somebody-{i % 100}"));

        Assert.Equal(["mallory"], Told([.. crowd], [Event(2, "use", "x")], [Event(1, "a", "x")]));
    }

    [Fact]
    public void Find_StoryBeginsAgain_IsNotToldTwice() => Assert.Equal(["mallory"], Told([Event(3, "use", "x")], [Event(1, "a", "x")], [Event(2, "a", "x")], [Event(3, "use", "x")]));

    [Fact]
    public void Find_MoreAlikeInABatchThanAreJoined_TheLatestCounts()
    {
        var before = Enumerable.Range(0, 100).Select(i => Event(i / 10, "use", "x"));

        Assert.Equal(["mallory"], Told([Event(50, "a", "x"), .. before, Event(60, "use", "x")]));
    }

    [Fact]
    public void Find_AlikeAgainAfterTheirStoryWasTold_AnothersUseIsToldOf()
    {
        var again = Enumerable.Range(0, 100).Select(i => Event(3 + i, "use", "x", "often"));

        Assert.Equal(["often", "mallory"], Told([Event(1, "a", "x")], [Event(2, "use", "x", "often")], [.. again, Event(200, "use", "x")]));
    }

    [Fact]
    public void Find_AlikeAgainAfterAnotherStoryBegan_IsToldOf() =>
        Assert.Equal(["often", "often"], Told([Event(1, "a", "x")], [Event(2, "use", "x", "often")], [Event(3, "use", "y", "often")], [Event(4, "a", "y")], [Event(5, "use", "y", "often")]));

    [Fact]
    public void Join_TwoCompositesAwaitTheSameBeforeTheyAreCompiled_BothTell()
    {
        var detections = CompositeSets.Load(
            CompositeSets.Document("""
                within: 1h
                steps:
                  - made: {rule: a, match: {objectRef.name: $name}}
                  - used: {rule: all, match: {objectRef.name: $name, actor: $who}}
                """,
                "auditwatch: {summary: \"{$who} used {$name}\", dedup: {by: [$name, $who]}}"),
            CompositeSets.Document("""
                within: 1h
                steps:
                  - made: {rule: a, match: {objectRef.name: $name, actor: $maker}}
                  - used: {rule: all, match: {objectRef.name: $name, actor: $maker}}
                """,
                "auditwatch: {summary: \"{$maker} made and used {$name}\", dedup: {by: [$name]}}").Replace("name: story", "name: own_story", StringComparison.Ordinal),
            All);
        var processor = BatchProcessor.ForLog(DetectionStages.For(detections, NullLoggerFactory.Instance), NullLogger<BatchProcessor>.Instance);

        var changes = processor.Process(Rule.Events($"{Event(1, "a", "x")}\n{Event(2, "use", "x")}", CompositeSets.Received)).Changes;

        Assert.Equal(["own_story", "story"], changes.Select(change => change.Alert.Detection.Name).Where(name => name.EndsWith("story", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    // Who used it, for each story told.
    private static IEnumerable<string> Told(params string[][] batches)
    {
        var stages = DetectionStages.For(Detections, NullLoggerFactory.Instance);
        stages.Composites.Ready.GetAwaiter().GetResult();
        var processor = BatchProcessor.ForLog(stages, NullLogger<BatchProcessor>.Instance);
        var changes = batches.SelectMany(batch => processor.Process(Rule.Events(string.Join('\n', batch), CompositeSets.Received)).Changes).ToList();
        return changes.Concat(processor.Complete().Changes).Where(change => change.Alert.Detection.Name == "story").Select(change => change.Alert.Requests[^1].User ?? "");
    }

    private static string Event(int second, string verb, string name, string user = "mallory", string stage = "ResponseComplete") => $$$"""
        {"auditID":"{{{user}}}-{{{second}}}-{{{name}}}","stage":"{{{stage}}}","verb":"{{{verb}}}","user":{"username":"{{{user}}}"},"objectRef":{"name":"{{{name}}}"},"requestReceivedTimestamp":"{{{CompositeSets.Start.AddSeconds(second):yyyy-MM-ddTHH:mm:ss.ffffff}}}Z"}
        """;
}
