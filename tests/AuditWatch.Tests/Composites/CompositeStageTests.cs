using AuditWatch.Composites;
using AuditWatch.Detection;
using AuditWatch.State;

namespace AuditWatch.Tests.Composites;

/// <summary>What the stage promises beyond the stories themselves. It is long because each way in which findings come, expire and are kept has its test.</summary>
public class CompositeStageTests
{
    private const string Name = "objectRef.name";

    private static readonly DetectionSet Chain = CompositeSets.Load(CompositeSets.Document("""
        within: 1h
        steps:
          - made: {rule: a, match: {objectRef.name: $x}}
          - used: {rule: b, match: {objectRef.name: $x}}
        """, "auditwatch: {summary: '{$x} by {made.actor}, then {used.actor}', dedup: {by: [$x], window: 2h}}"));

    private static readonly DetectionSet Absence = CompositeSets.Load(CompositeSets.Document("""
        within: 1h
        steps:
          - made: {rule: a, match: {objectRef.name: $x}}
          - told: {not: b, match: {objectRef.name: $x}, within: 10m}
        """, "auditwatch: {summary: '{$x}'}"));

    [Fact]
    public void Join_Story_IsToldWithAllItsRequests()
    {
        var stage = Chain.Stage();
        stage.Join(Chain.Finding("a", 1, "jane", fields: (Name, "x")));

        var story = Assert.Single(stage.Join(Chain.Finding("b", 60, "eve", fields: (Name, "x"))));

        Assert.Equal("x by jane, then eve", story.Summary);
        Assert.Equal(["1", "60"], story.Requests.Select(request => request.AuditId));
        Assert.Equal((2, "eve", "x"), (story.Count, story.Actor, Assert.Single(story.Dedup).Value));
        Assert.Equal((CompositeSets.Start.AddSeconds(1), CompositeSets.Start.AddSeconds(60)), (story.FirstTime, story.Time));
        Assert.Contains("made: a by jane at 2026-11-21 00:00:01Z", story.Why);
        Assert.Contains("$x: x", story.Why);
    }

    [Fact]
    public void Join_SameStoryAgain_IsNewsAfterTheDedupWindow() => Assert.Equal(
        ["x by mallory, then mallory", "x by mallory, then mallory"],
        Chain.Stories(
            Chain.Finding("a", 0, fields: (Name, "x")), Chain.Finding("b", 60, fields: (Name, "x")), Chain.Finding("b", 120, fields: (Name, "x")),
            Chain.Finding("a", 7300, fields: (Name, "x")), Chain.Finding("b", 7400, fields: (Name, "x"))));

    [Fact]
    public void Join_OtherCluster_IsAnotherStory() =>
        Assert.Empty(Chain.Stories(Chain.Finding("a", 0, cluster: "one", fields: (Name, "x")), Chain.Finding("b", 60, cluster: "two", fields: (Name, "x"))));

    [Fact]
    public void Join_NamesThatDifferByLetterCase_AreOthers() =>
        Assert.Empty(Chain.Stories(Chain.Finding("a", 0, fields: (Name, "x")), Chain.Finding("b", 60, fields: (Name, "X"))));

    [Fact]
    public void Pass_NothingHappens_TellsOfAbsence()
    {
        var stage = Absence.Stage();
        Assert.Empty(stage.Join(Absence.Finding("a", 0, fields: (Name, "x"))));

        Assert.Empty(stage.Tick(CompositeSets.Received.AddMinutes(14)));
        Assert.Equal("x", Assert.Single(stage.Tick(CompositeSets.Received.AddMinutes(16))).Summary);
        Assert.Empty(stage.Tick(CompositeSets.Received.AddMinutes(30)));
    }

    [Fact]
    public void Complete_LogEndsBeforeTheTimeIsOver_SaysNothingOfAbsence()
    {
        Assert.Empty(Absence.Stories(Absence.Finding("a", 0, fields: (Name, "x"))));

        var stage = Absence.Stage();
        stage.Join(Absence.Finding("a", 0, fields: (Name, "x")));
        Assert.Single(stage.Complete(TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public void Join_FloodOfOneAccount_DoesNotPushOutAnothersStory()
    {
        var stage = Chain.Stage();
        stage.Join(Chain.Finding("a", 0, "jane", fields: (Name, "hers")));
        for (var i = 1; i <= CompositeRule.MaxPositive + 500; i++)
        {
            stage.Join(Chain.Finding("a", i / 100.0, "mallory", fields: (Name, $"flood{i}")));
        }

        Assert.Single(stage.Join(Chain.Finding("b", 200, "eve", fields: (Name, "hers"))));
    }

    [Fact]
    public void Join_MoreAccountsThanFit_TheOldestGoesWhateverItsName()
    {
        var stage = Chain.Stage();
        for (var i = 0; i <= CompositeRule.MaxPositive; i++)
        {
            stage.Join(Chain.Finding("a", i / 100.0, $"account-{i:d5}", fields: (Name, $"{i}")));
        }

        Assert.Empty(stage.Join(Chain.Finding("b", 200, "eve", fields: (Name, "0"))));
        Assert.Single(stage.Join(Chain.Finding("b", 201, "eve", fields: (Name, $"{CompositeRule.MaxPositive}"))));
    }

    [Fact]
    public void Join_FloodByTheAccountsOfOneCluster_DoesNotPushOutAnothersStory()
    {
        var stage = Chain.Stage();
        stage.Join(Chain.Finding("a", 0, "jane", "quiet", (Name, "hers")), Chain.Finding("a", 1, "jane", "quiet", (Name, "hers, too")));
        for (var i = 1; i <= CompositeRule.MaxPositive + 500; i++)
        {
            stage.Join(Chain.Finding("a", i / 100.0, $"account-{i}", "loud", (Name, $"flood{i}")));
        }

        Assert.Single(stage.Join(Chain.Finding("b", 200, "eve", "quiet", (Name, "hers"))));
    }

    [Fact]
    public void Join_FloodUnderOneKey_DoesNotPushOutAnothersStory()
    {
        var stage = Chain.Stage();
        stage.Join(Chain.Finding("a", 0, "jane", fields: (Name, "x")));
        stage.Join(Enumerable.Range(1, 5000).Select(i => Chain.Finding("a", i / 100.0, "mallory", fields: (Name, "x"))));

        Assert.Equal("x by jane, then eve", Assert.Single(stage.Join(Chain.Finding("b", 0.005, "eve", fields: (Name, "x")))).Summary);
    }

    [Fact]
    public void Restore_AfterARestart_GoesOnWithWhatWaitsAndWasTold()
    {
        var store = new MemoryStateStore();
        var before = Chain.Stage();
        before.Join(Chain.Finding("a", 0, fields: (Name, "x")), Chain.Finding("a", 1, fields: (Name, "y")));
        before.Join(Chain.Finding("b", 2, fields: (Name, "y")));
        Save(before, store);

        var after = Chain.Stage();
        after.Restore(store, CompositeSets.Received);

        Assert.Empty(after.Join(Chain.Finding("b", 60, fields: (Name, "y"))));
        Assert.Equal("x by mallory, then mallory", Assert.Single(after.Join(Chain.Finding("b", 61, fields: (Name, "x")))).Summary);
    }

    [Fact]
    public void Record_NothingWaitsAnyMore_NothingIsKept()
    {
        var store = new MemoryStateStore();
        var stage = Chain.Stage();
        stage.Join(Chain.Finding("a", 0, fields: (Name, "x")));
        Save(stage, store);
        Assert.Single(store.Read(StateTables.CompositeFindings));

        stage.Join(Chain.Finding("a", 9000, cluster: "other", fields: (Name, "y")), Chain.Finding("a", 9000, fields: (Name, "z")));
        Save(stage, store);

        Assert.Equal(2, store.Read(StateTables.CompositeFindings).Count());
    }

    [Fact]
    public async Task Import_DetectionsChange_StoriesGoOn()
    {
        var store = new MemoryStateStore();
        var before = Chain.Stage();
        before.Join(Chain.Finding("a", 0, fields: (Name, "x")));
        Save(before, store);

        var after = new CompositeStage(Chain);
        after.Import(before);
        await after.Ready;
        Save(after, store);

        Assert.Single(store.Read(StateTables.CompositeFindings));
        Assert.Single(after.Join(Chain.Finding("b", 60, fields: (Name, "x"))));
    }

    [Fact]
    public async Task Import_CompositeChanges_WhatWaitsIsJoinedAsItSaysNow()
    {
        var before = Chain.Stage();
        before.Join(Chain.Finding("a", 0, fields: (Name, "x")), Chain.Finding("a", 1, fields: (Name, "y")));
        before.Join(Chain.Finding("b", 2, fields: (Name, "y")));
        var changed = CompositeSets.Load(CompositeSets.Document("""
            within: 1h
            steps:
              - made: {rule: a, match: {objectRef.name: $x}}
              - used: {rule: [b, c], match: {objectRef.name: $x}, within: 10m}
            """, "auditwatch: {summary: '{$x} by {used.actor}', dedup: {by: [$x], window: 2h}}"));

        var after = new CompositeStage(changed);
        after.Import(before);
        await after.Ready;

        Assert.Empty(after.Join(changed.Finding("c", 60, fields: (Name, "y")))); // it has been told
        Assert.Empty(after.Join(changed.Finding("b", 1200, fields: (Name, "x")))); // too late by now
        Assert.Equal("x by eve", Assert.Single(after.Join(changed.Finding("c", 599, "eve", fields: (Name, "x")))).Summary);
    }

    [Theory]
    [InlineData("made: {rule: a, match: {objectRef.namespace: $x}}", "used: {rule: b, match: {objectRef.namespace: $x}}")] // a field that the finding does not carry
    [InlineData("made: {rule: c, match: {objectRef.name: $x}}", "used: {rule: d, match: {objectRef.name: $x}}")]
    public async Task Import_NothingCanUseWhatWaitedAnyMore_ItIsGone(string first, string second)
    {
        var store = new MemoryStateStore();
        var before = Chain.Stage();
        before.Join(Chain.Finding("a", 0, fields: (Name, "x")));
        Save(before, store);
        var changed = CompositeSets.Load(CompositeSets.Document($"within: 1h\nsteps:\n  - {first}\n  - {second}"));

        var after = new CompositeStage(changed);
        after.Import(before);
        await after.Ready;
        Save(after, store);

        Assert.Empty(store.Read(StateTables.CompositeFindings));
        Assert.Empty(after.Join(changed.Finding("b", 60, fields: [(Name, "x"), ("objectRef.namespace", "x")])));
    }

    [Fact]
    public async Task Join_BeforeItIsCompiled_TakesFindingsAndTellsLater()
    {
        // Nobody has waited for it: the first story that is whole begins to compile the rule, on another thread.
        var stage = new CompositeStage(Chain);

        Assert.Empty(stage.Join(Chain.Finding("a", 0, fields: (Name, "x"))));
        Assert.Empty(stage.Join(Chain.Finding("b", 60, fields: (Name, "x"))));
        Assert.True(stage.IsUndecided);
        await stage.Ready;

        Assert.Equal("x by mallory, then mallory", Assert.Single(stage.Tick(CompositeSets.Received)).Summary);
        Assert.False(stage.IsUndecided);
    }

    [Fact]
    public void Missing_StoryThatHasBegun_SaysWhichStepAndWhatDidNotAgree()
    {
        var stage = Chain.Stage();
        stage.Join(Chain.Finding("a", 0, fields: (Name, "x")));
        Assert.Contains("'used' is missing: no b with objectRef.name equal to 'x' ($x)", string.Join('\n', stage.Missing()), StringComparison.Ordinal);

        stage.Join(Chain.Finding("b", 1, fields: (Name, "y")));
        Assert.Contains("'used' is missing: of b by mallory at 2026-11-21 00:00:01Z: objectRef.name should be equal to 'x' ($x) and is 'y'", string.Join('\n', stage.Missing()), StringComparison.Ordinal);
    }

    [Fact]
    public void Correlation_ConditionOverRules_TellsWhereOneIsAndTheOtherIsNot()
    {
        var set = CompositeSets.Load("""
            title: story
            name: story
            correlation: {type: temporal, rules: [a, b], group-by: [objectRef.name], timespan: 10m, condition: a and not b}
            auditwatch: {summary: "{objectRef.name}"}

            """);

        Assert.Equal(["x"], set.Stories(
            set.Finding("a", 0, fields: (Name, "x")), set.Finding("a", 0, fields: (Name, "y")), set.Finding("b", 60, fields: (Name, "y")), set.Finding("b", 1200, fields: (Name, "z"))));
    }

    private static void Save(CompositeStage stage, MemoryStateStore store)
    {
        var changes = new StateChanges();
        stage.Record(changes);
        store.CommitAsync(changes);
    }
}
