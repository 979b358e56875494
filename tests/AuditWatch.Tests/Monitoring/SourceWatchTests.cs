using System.Text;
using AuditWatch.Alerts;
using AuditWatch.Events;
using AuditWatch.Monitoring;
using AuditWatch.State;
using AuditWatch.Tests.Processing;

namespace AuditWatch.Tests.Monitoring;

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
                new WatchedSource("audit.log", "", began + TimeSpan.FromMinutes(11), IsSilent: false, IsLate: false),
                new WatchedSource("webhook", "prod", began, IsSilent: true, IsLate: false),
                new WatchedSource("webhook", "test", began, IsSilent: true, IsLate: false),
            ],
            watch.Sources);
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
        _time.Advance(SourceWatch.CatchingUp - TimeSpan.FromSeconds(1));
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
