using System.Text;
using AuditWatch.Alerts;
using AuditWatch.Events;
using AuditWatch.Monitoring;
using AuditWatch.State;
using AuditWatch.Tests.Processing;

namespace AuditWatch.Tests.Monitoring;

/// <summary>What the watch finds in sources and clusters that fall silent, come late or are not expected. It is long because it is a list of situations, each a few lines on the same three ways to feed a watch.</summary>
public sealed class SourceWatchTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public void Check_SourceThatSpokeIsSilent_IsFoundOnceAndIsOverWhenItSpeaks()
    {
        var watch = new SourceWatch(new WatchSettings(), _time);
        Assert.Empty(watch.Check().Found);
        See(watch, "webhook", "prod");

        _time.Advance(TimeSpan.FromMinutes(9.9));
        Assert.Empty(watch.Check().Found);
        _time.Advance(TimeSpan.FromMinutes(0.2));
        var silent = Assert.Single(watch.Check().Found);
        Assert.Equal(("auditwatch_source_silent", "prod"), (silent.Detection.Name, silent.Cluster));
        Assert.Contains("webhook (cluster prod) for 10 minutes", silent.Summary, StringComparison.Ordinal);
        Assert.Equal(["webhook (prod)"], watch.SilentSources);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(watch.Check().Found);

        var over = Assert.Single(See(watch, "webhook", "prod").Over);
        Assert.Equal("auditwatch_source_silent", over.Detection.Name);
        Assert.Empty(watch.SilentSources);
    }

    [Fact]
    public void Check_FileOfAClusterThatTheClustersLackAndThatNeverSpoke_IsFound()
    {
        var watch = new SourceWatch(new WatchSettings { Clusters = ["shop"] }, _time);
        watch.Expect([("audit.log", "bank")]);

        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(["bank", "shop"], watch.Check().Found.Select(found => found.Cluster).Order());
        Assert.Empty(See(watch, "webhook", "bank").Found);
    }

    [Fact]
    public void Check_ClustersOfOneSource_AreWatchedEach()
    {
        var watch = new SourceWatch(new WatchSettings(), _time);
        See(watch, "webhook", "prod");
        See(watch, "webhook", "test");

        _time.Advance(TimeSpan.FromMinutes(8));
        See(watch, "webhook", "test");
        _time.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal("prod", Assert.Single(watch.Check().Found).Cluster);
    }

    [Fact]
    public void Sources_SomeHaveSpoken_AreListedInOrderWithWhenTheyDid()
    {
        var watch = new SourceWatch(new WatchSettings(), _time);
        var began = _time.GetUtcNow();
        See(watch, "webhook", "test");
        See(watch, "webhook", "prod");
        _time.Advance(TimeSpan.FromMinutes(11));
        See(watch, "audit.log");
        watch.Check();

        Assert.Equal(
            [
                ("file", "audit.log", "", began + TimeSpan.FromMinutes(11), "speaks"),
                ("webhook", "webhook", "prod", began, "silent"),
                ("webhook", "webhook", "test", began, "silent"),
            ],
            watch.Sources.Select(one => (one.Kind, one.Source, one.Cluster, one.SpokeAt, one.State)));
    }

    [Fact]
    public void Check_OwnLimits_HoldForTheirSources()
    {
        var settings = new WatchSettings { SilentAfterBySource = new Dictionary<string, TimeSpan> { ["quiet.log"] = TimeSpan.Zero, ["busy.log"] = TimeSpan.FromMinutes(1) } };
        var watch = new SourceWatch(settings, _time);
        See(watch, "quiet.log");
        See(watch, "busy.log");

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains("busy.log", Assert.Single(watch.Check().Found).Summary, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromDays(10));
        Assert.Empty(watch.Check().Found);
    }

    [Fact]
    public void Restore_SourceNeverSpeaksAgain_IsFoundAfterTheUsualTime()
    {
        var store = new MemoryStateStore();
        var changes = new StateChanges();
        new SourceWatch(new WatchSettings(), _time).See(Batch("webhook", "prod"), changes);
        Assert.True(store.CommitAsync(changes).IsCompletedSuccessfully);
        _time.Advance(TimeSpan.FromDays(1));

        var watch = new SourceWatch(new WatchSettings(), _time);
        watch.Restore(store);

        Assert.Equal(_time.GetUtcNow() - TimeSpan.FromDays(1), Assert.Single(watch.Sources).SpokeAt);
        Assert.Empty(watch.Check().Found);
        _time.Advance(TimeSpan.FromMinutes(10));
        var silent = Assert.Single(watch.Check().Found);
        Assert.Equal("prod", silent.Cluster);
        Assert.Contains("for 24 hours", silent.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ExpectedFileNeverSpeaks_IsFoundAndIsOverWhenItDoes()
    {
        var watch = new SourceWatch(new WatchSettings(), _time);
        watch.Expect([("audit.log", "prod")]);
        Assert.Equal(new WatchedSource("audit.log", "prod", SpokeAt: null, IsSilent: false, IsLate: false), Assert.Single(watch.Sources));

        _time.Advance(TimeSpan.FromMinutes(9.9));
        Assert.Empty(watch.Check().Found);
        _time.Advance(TimeSpan.FromMinutes(0.1));
        Assert.Contains("audit.log (cluster prod) for 10 minutes", Assert.Single(watch.Check().Found).Summary, StringComparison.Ordinal);

        Assert.Equal("auditwatch_source_silent", Assert.Single(See(watch, "audit.log", "prod").Over).Detection.Name);
        Assert.Equal(_time.GetUtcNow(), Assert.Single(watch.Sources).SpokeAt);
    }

    [Fact]
    public void Check_ExpectedClusterNeverSpeaks_IsFoundAndIsOverWhicheverSourceItComesFrom()
    {
        var watch = new SourceWatch(new WatchSettings { Clusters = ["prod", "test"] }, _time);
        watch.Expect([("audit.log", "test")]);
        See(watch, "audit.log", "test");
        _time.Advance(TimeSpan.FromMinutes(9));
        See(watch, "audit.log", "test");
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(("auditwatch_source_silent", "prod"), watch.Check().Found.Select(one => (one.Detection.Name, one.Cluster)).Single());
        Assert.Equal(("auditwatch_source_silent", "prod"), See(watch, "webhook", "prod").Over.Select(one => (one.Detection.Name, one.Cluster)).Single());
        Assert.Equal([("audit.log", "test"), ("webhook", "prod")], watch.Sources.Select(one => (one.Source, one.Cluster)));
    }

    [Fact]
    public void See_ClusterThatIsNotExpected_IsFoundOnceAndNotMissed()
    {
        var watch = new SourceWatch(new WatchSettings { Clusters = ["prod"] }, _time);
        watch.Expect([]);
        See(watch, "webhook", "prod");

        var found = Assert.Single(See(watch, "webhook", "prdo").Found);
        Assert.Equal(("auditwatch_cluster_unexpected", "prdo", AuditWatch.Detection.Level.Low), (found.Detection.Name, found.Cluster, found.Detection.Level));
        Assert.Empty(See(watch, "webhook", "prdo").Found);
        Assert.Empty(See(watch, "webhook", "").Found);
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(["", "prod"], watch.Check().Found.Select(one => one.Cluster).Order(StringComparer.Ordinal));

        var others = Enumerable.Range(0, 500).Sum(i => See(watch, "webhook", $"c{i}").Found.Count);
        Assert.Equal(SourceWatch.MostUnexpected - 1, others);
    }

    [Fact]
    public void See_EventsThatCameLate_AreFoundOnceAndOverWhenTheyDoNot()
    {
        var watch = new SourceWatch(new WatchSettings(), _time);

        Assert.Empty(See(watch, "webhook", age: TimeSpan.FromMinutes(5)).Found);
        var late = Assert.Single(See(watch, "webhook", age: TimeSpan.FromMinutes(6)).Found);
        Assert.Equal("auditwatch_events_late", late.Detection.Name);
        Assert.Contains("6 minutes", late.Summary, StringComparison.Ordinal);
        Assert.Empty(See(watch, "webhook", age: TimeSpan.FromMinutes(7)).Found);
        Assert.Equal("auditwatch_events_late", Assert.Single(See(watch, "webhook").Over).Detection.Name);
    }

    [Fact]
    public void See_SourceThatBeginsInThePast_HasTimeToCatchUp()
    {
        var watch = new SourceWatch(new WatchSettings(), _time);

        Assert.Empty(See(watch, "audit.log", age: TimeSpan.FromHours(6)).Found);
        _time.Advance(Watched.CatchingUp - TimeSpan.FromSeconds(1));
        Assert.Empty(See(watch, "audit.log", age: TimeSpan.FromHours(5)).Found);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("auditwatch_events_late", Assert.Single(See(watch, "audit.log", age: TimeSpan.FromHours(5)).Found).Detection.Name);
    }

    [Fact]
    public async Task Check_Heartbeat_ComesAtItsIntervalAndMakesOneAlert()
    {
        var alerts = new AlertLoopHarness(isForPeople: false);
        var watch = new SourceWatch(new WatchSettings { Heartbeat = TimeSpan.FromMinutes(1) }, alerts.Time);
        for (var second = 0; second < 600; second += 5)
        {
            await alerts.Loop.ReportAsync(watch.Check());
            alerts.Pass(5 / 60.0);
        }

        var alert = Assert.Single(alerts.Alerts);
        Assert.Equal(("auditwatch_heartbeat", 10), (alert.Detection.Name, alert.Count));
        Assert.Equal(3, alerts.Notifications().Length);
    }

    [Fact]
    public async Task Report_SilentAndThenNot_OpensAnAlertAndClosesIt()
    {
        var alerts = new AlertLoopHarness(sendResolved: true);
        var watch = new SourceWatch(new WatchSettings(), alerts.Time);
        See(watch, "webhook");
        alerts.Pass(10);

        await alerts.Loop.ReportAsync(watch.Check());
        Assert.Equal(["Opened:  1"], alerts.Told());
        await alerts.Loop.ReportAsync(See(watch, "webhook"));

        Assert.Equal(["Closed:  1"], alerts.Told());
        Assert.Equal(AlertStatus.Closed, Assert.Single(alerts.Alerts).Status);
    }

    [Fact]
    public void Sources_Batches_HaveFirstAndLastEventsLagAndRejections()
    {
        var store = new MemoryStateStore();
        var changes = new StateChanges();
        var watch = new SourceWatch(new WatchSettings { Clusters = ["prod"] }, _time);
        var began = _time.GetUtcNow();
        watch.See(Batch("webhook", "prod"), changes);
        _time.Advance(TimeSpan.FromMinutes(2));
        watch.See(Batch("webhook", "prod", TimeSpan.FromSeconds(7)), changes);
        watch.See(Batch("webhook", "prdo"), changes);
        watch.See(Garbage("webhook", "prod"), changes);
        watch.See(Garbage("webhook", "never heard of"), changes);

        var expected = watch.Sources.Single(one => one.Cluster == "prod");
        Assert.Equal((began, began + TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(7), 2, true), (expected.FirstSpokeAt, expected.SpokeAt, expected.Lag, expected.Rejected, expected.IsExpected));
        Assert.Equal("unexpected", watch.Sources.Single(one => one.Cluster == "prdo").State);
        Assert.Equal(2, watch.Sources.Count);

        Assert.True(store.CommitAsync(changes).IsCompletedSuccessfully);
        var restarted = new SourceWatch(new WatchSettings(), _time);
        restarted.Restore(store);
        var restored = restarted.Sources.Single(one => one.Cluster == "prod");
        Assert.Equal((began, began + TimeSpan.FromMinutes(2), null, 0, expected.Id), (restored.FirstSpokeAt, restored.SpokeAt, restored.Lag, restored.Rejected, restored.Id));
    }

    [Fact]
    public void Restore_SpokeAgainAMomentBeforeTheEnd_KnowsThatMoment()
    {
        var store = new MemoryStateStore();
        var watch = new SourceWatch(new WatchSettings(), _time);
        foreach (var seconds in new[] { 0, 1, 58.25 })
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            var changes = new StateChanges();
            watch.See(Batch("webhook", "prod"), changes);
            Assert.True(store.CommitAsync(changes).IsCompletedSuccessfully);
        }

        var last = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromHours(1));
        var restarted = new SourceWatch(new WatchSettings(), _time);
        restarted.Restore(store);

        Assert.Equal(last, Assert.Single(restarted.Sources).SpokeAt);
    }

    [Theory]
    [InlineData("webhook\nprod")]
    [InlineData("webhook\nprod\n1577836800000")]
    public void Restore_RecordOfAnEarlierVersion_IsWatched(string record)
    {
        var store = new MemoryStateStore();
        var changes = new StateChanges();
        changes.Put(StateTables.Sources, SourceRecord.KeyOf("webhook", "prod"), Encoding.UTF8.GetBytes(record));
        Assert.True(store.CommitAsync(changes).IsCompletedSuccessfully);

        var watch = new SourceWatch(new WatchSettings(), _time);
        watch.Restore(store);

        var one = Assert.Single(watch.Sources);
        Assert.Equal(("webhook", "prod", null), (one.Source, one.Cluster, one.FirstSpokeAt));
        Assert.NotNull(one.SpokeAt);
    }

    [Fact]
    public void Check_TopicWhoseMessagesSayTheCluster_IsFoundUntilAnyClusterOfItSpeaks()
    {
        var watch = new SourceWatch(new WatchSettings { Clusters = ["prod"] }, _time);
        watch.Expect([("kafka:audit", null), ("kafka:other", "prod")]);
        Assert.Equal([("kafka", "kafka:audit", SourceWatch.AnyCluster, "awaited"), ("kafka", "kafka:other", "prod", "awaited")], watch.Sources.Select(one => (one.Kind, one.Source, one.Cluster, one.State)));

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(2, watch.Check().Found.Count);
        See(watch, "kafka:other", "prod");
        var over = Assert.Single(See(watch, "kafka:audit", "prod").Over);
        Assert.Contains("kafka:audit", over.Summary, StringComparison.Ordinal);
        Assert.Equal([("kafka:audit", "prod"), ("kafka:other", "prod")], watch.Sources.Select(one => (one.Source, one.Cluster)));
    }

    [Fact]
    public async Task Forget_ClusterThatIsGone_ClosesItsAlertInThePersonsNameAndIsNotMissedAfterARestart()
    {
        var alerts = new AlertLoopHarness(sendResolved: true);
        var watch = new SourceWatch(new WatchSettings(), alerts.Time);
        var kept = new StateChanges();
        watch.See(Batch("webhook", "old"), kept);
        await alerts.Store.CommitAsync(kept);
        alerts.Pass(10);
        await alerts.Loop.ReportAsync(watch.Check());

        Assert.Null(await alerts.Loop.ForgetAsync(watch, Assert.Single(watch.Sources).Id, "jane"));

        Assert.Empty(watch.Sources);
        var alert = Assert.Single(alerts.Alerts);
        Assert.Equal((AlertStatus.Closed, "jane", "the source is not watched any more"), (alert.Status, alert.ClosedBy, alert.CloseReason));
        var restarted = new SourceWatch(new WatchSettings(), alerts.Time);
        restarted.Restore(alerts.Store);
        Assert.Empty(restarted.Sources);
        alerts.Pass(60);
        Assert.Empty(watch.Check().Found);
    }

    [Fact]
    public void Forget_SpeaksAgain_IsWatchedAgain()
    {
        var watch = new SourceWatch(new WatchSettings { Clusters = ["prod"] }, _time);
        Assert.Single(See(watch, "webhook", "prdo").Found);

        watch.Forget(Assert.Single(watch.Sources).Id, new StateChanges(), out var problem);

        Assert.Null(problem);
        Assert.Equal("auditwatch_cluster_unexpected", Assert.Single(See(watch, "webhook", "prdo").Found).Detection.Name);
        Assert.Single(watch.Sources);
    }

    [Fact]
    public void Forget_WhatTheConfigurationNames_IsRefused()
    {
        var watch = new SourceWatch(new WatchSettings { Clusters = ["prod"] }, _time);
        watch.Expect([("audit.log", "test"), ("kafka:audit", null)]);
        See(watch, "webhook", "prod");
        See(watch, "kafka:audit", "a");

        Assert.Equal("there is no source '0000000000000000'", Forget("0000000000000000"));
        Assert.Equal("the configuration names 'audit.log': take it out of 'sources' there, and restart the service", Forget(IdOf("audit.log", "test")));
        Assert.StartsWith("the configuration names 'kafka:audit'", Forget(IdOf("kafka:audit", "a")), StringComparison.Ordinal);
        Assert.StartsWith("the configuration expects the cluster 'prod', for which nothing else speaks", Forget(IdOf("webhook", "prod")), StringComparison.Ordinal);
        Assert.Equal(3, watch.Sources.Count);

        See(watch, "audit.log", "prod");
        See(watch, "kafka:audit", "b");
        Assert.Null(Forget(IdOf("webhook", "prod")));
        Assert.Null(Forget(IdOf("kafka:audit", "a")));

        string? Forget(string id)
        {
            watch.Forget(id, new StateChanges(), out var problem);
            return problem;
        }

        string IdOf(string source, string cluster) => watch.Sources.Single(one => (one.Source, one.Cluster) == (source, cluster)).Id;
    }

    private EventBatch Garbage(string source, string cluster)
    {
        var batch = new EventBatch(new EventOrigin(source, cluster), _time.GetUtcNow());
        batch.Append("{\"a\":1}\n{\"b\":1}\n"u8);
        new AuditEventReader(source).Read(batch, isFinal: true);
        return batch;
    }

    private WatchReport See(SourceWatch watch, string source, string cluster = "", TimeSpan age = default) => watch.See(Batch(source, cluster, age), new StateChanges());

    private EventBatch Batch(string source, string cluster = "", TimeSpan age = default)
    {
        var batch = new EventBatch(new EventOrigin(source, cluster), _time.GetUtcNow());
        batch.Append(Encoding.UTF8.GetBytes($$"""
            {"auditID":"1","stage":"ResponseComplete","verb":"get","user":{},"requestReceivedTimestamp":"2020-01-01T00:00:00.000000Z","stageTimestamp":"{{_time.GetUtcNow() - age:yyyy-MM-ddTHH:mm:ss.ffffffZ}}"}

            """));
        new AuditEventReader(source).Read(batch, isFinal: true);
        return batch;
    }
}
