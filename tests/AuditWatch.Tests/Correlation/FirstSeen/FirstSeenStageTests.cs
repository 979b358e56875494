using AuditWatch.Correlation.FirstSeen;
using AuditWatch.Detection;

namespace AuditWatch.Tests.Correlation.FirstSeen;

public class FirstSeenStageTests
{
    private static readonly DetectionSet Detections = Load("[actor, objectRef.namespace]", "7d");

    [Fact]
    public void Filter_NewCombinationAfterLearning_PassesOnceAndSaysWhy()
    {
        var stage = new FirstSeenStage(Detections);
        Learn(stage, Detections);

        var first = Assert.Single(Filter(stage, Read(8, "app", "web")));

        Assert.Equal("first seen: actor: app, objectRef.namespace: web", first.Why[^1]);
        Assert.Empty(Filter(stage, Read(8, "app", "web"), Read(30, "app", "web")));
    }

    [Fact]
    public void Filter_LearntCombination_StaysSilent()
    {
        var stage = new FirstSeenStage(Detections);

        Assert.Empty(Filter(stage, Read(0, "app", "web"), Read(6.99, "app", "db")));
        Assert.Empty(Filter(stage, Read(8, "app", "web"), Read(9, "app", "db")));
        Assert.Equal(2, Filter(stage, Read(8, "app", "ops"), Read(8, "ops", "web")).Count);
    }

    [Fact]
    public void Filter_LearningPeriod_EndsToTheTick()
    {
        var stage = new FirstSeenStage(Detections);
        Learn(stage, Detections);

        Assert.Empty(Filter(stage, Read(7 - 1e-9, "a", "")));
        Assert.Single(Filter(stage, Read(7, "b", "")));
    }

    [Fact]
    public void Filter_RuleThatNeverMatchedWhileLearning_FiresAtTheFirstMatch()
    {
        var stage = new FirstSeenStage(Detections);

        Assert.Empty(stage.Filter([], "", Correlations.Start, Correlations.Received));
        Assert.Single(Filter(stage, Read(8, "mallory", "web")));
    }

    [Fact]
    public void Filter_AnotherCluster_LearnsForItself()
    {
        var stage = new FirstSeenStage(Detections);
        Learn(stage, Detections);

        Assert.Empty(stage.Filter([Read(100, "app", "web", "new")], "new", Correlations.Start.AddDays(100), Correlations.Received));
        Assert.Single(Filter(stage, Read(100, "app", "web")));
        Assert.Single(stage.Filter([Read(107, "app", "db", "new")], "new", Correlations.Start.AddDays(107), Correlations.Received));
    }

    [Fact]
    public void Filter_OtherDetections_PassUntouched()
    {
        var other = Detections.Finding("a", 0);

        Assert.Same(other, Assert.Single(Filter(new FirstSeenStage(Detections), other)));
    }

    [Fact]
    public void Filter_FirstEventFromTheFarFuture_LearningEndsAllTheSame()
    {
        var stage = new FirstSeenStage(Detections);

        stage.Filter([], "", Correlations.Start.AddYears(1_000), Correlations.Start);

        Assert.Single(Filter(stage, Read(8, "app", "web")));
    }

    [Fact]
    public void Filter_MoreCombinationsThanHeld_TheOneMetLongestAgoLeavesAndIsCounted()
    {
        var log = new RecordingLogger<FirstSeenStage>();
        var detections = Load("[actor]", "1s", "bounded");
        using var forgotten = new Counted("auditwatch.firstseen.forgotten", "bounded");
        var stage = new FirstSeenStage(detections, capacity: 3, log);
        Learn(stage, detections);
        int Passed(params string[] actors) => Filter(stage, [.. actors.Select(actor => detections.Finding("bounded", 100, actor))]).Count;

        Assert.Equal(3, Passed("x", "y", "z"));
        Assert.Equal(1, Passed("x", "new"));
        Assert.Equal(1, forgotten.Value);
        Assert.Equal(0, Passed("x", "z", "new"));
        Assert.Equal(1, Passed("y"));
        Assert.Single(log.Lines);
    }

    [Fact]
    public void Filter_FloodOfOneAccount_CostsNobodyElseWhatIsKnownOfThem()
    {
        var stage = new FirstSeenStage(Detections, capacity: 100);
        Learn(stage, Detections);
        Filter(stage, Read(8, "app", "web"), Read(8, "app", "db", "other"));

        Filter(stage, [.. Enumerable.Range(0, 500).Select(n => Read(9, "mallory", $"space-{n}"))]);
        Assert.Empty(Filter(stage, Read(9, "app", "web"), Read(9, "app", "db", "other")));

        // Whose they are is known after a restart, too.
        var after = new FirstSeenStage(Detections, capacity: 100);
        after.Import(stage.Export());
        Filter(after, [.. Enumerable.Range(500, 500).Select(n => Read(9, "mallory", $"space-{n}"))]);
        Assert.Empty(Filter(after, Read(9, "app", "web"), Read(9, "app", "db", "other")));
    }

    [Fact]
    public void Import_OfAStateThatSaysNotWhoseTheyAre_IsKnownAgain()
    {
        var before = new FirstSeenStage(Detections);
        Learn(before, Detections);
        Filter(before, Read(8, "app", "web"));
        var said = before.Export();
        var after = new FirstSeenStage(Detections);

        after.Import(said with { Combinations = [.. said.Combinations.Select(combination => combination with { Sharer = null })] });

        Assert.Empty(Filter(after, Read(8, "app", "web")));
    }

    [Fact]
    public void Import_WhatWasExported_IsKnownAgain()
    {
        var before = new FirstSeenStage(Detections);
        Filter(before, Read(0, "app", "web"), Read(1, "app", "db"));
        var after = new FirstSeenStage(Detections);

        after.Import(before.Export());

        Assert.Empty(Filter(after, Read(8, "app", "web"), Read(8, "app", "db")));
        Assert.Single(Filter(after, Read(8, "app", "ops")));
        Assert.Equal(before.Export().LearningStarts, after.Export().LearningStarts);
    }

    [Fact]
    public void Import_OfARuleThatGoesByOtherFieldsNow_LearnsAnew()
    {
        var before = new FirstSeenStage(Detections);
        Filter(before, Read(0, "app", "web"));
        var after = new FirstSeenStage(Load("[actor]", "7d"));

        after.Import(before.Export());

        Assert.Empty(after.Export().LearningStarts);
        Assert.Empty(after.Export().Combinations);
    }

    [Fact]
    public void Load_WithoutLearn_LearnsForSevenDays() =>
        Assert.Equal(TimeSpan.FromDays(7), Load("[actor]", null).Rules.Single(rule => rule.FirstSeen is not null).FirstSeen!.Learn);

    private static void Learn(FirstSeenStage stage, DetectionSet detections) => Filter(stage, detections.Finding("a", 0));

    private static IReadOnlyList<Finding> Filter(FirstSeenStage stage, params Finding[] findings) =>
        stage.Filter(findings, "", findings[0].Time, Correlations.Received);

    private static Finding Read(double day, string actor, string space, string cluster = "") =>
        Detections.Finding("read", day * 86_400, actor, cluster, ("objectRef.namespace", space));

    private static DetectionSet Load(string by, string? learn, string name = "read") => Correlations.Load($$"""
        title: {{name}}
        name: {{name}}
        logsource: {product: kubernetes, service: audit}
        detection: {selection: {objectRef.resource: secrets}, condition: selection}
        auditwatch:
          firstSeen:
            by: {{by}}
            {{(learn is null ? "" : $"learn: {learn}")}}

        """);
}
