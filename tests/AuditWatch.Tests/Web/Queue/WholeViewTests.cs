using AuditWatch.Alerts;
using AuditWatch.State;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web.Access;
using AuditWatch.Web.Queue;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AuditWatch.Tests.Web.Queue;

public class WholeViewTests
{
    [Theory]
    [InlineData(WholeView.Most, false)]
    [InlineData(WholeView.Most + 1, true)]
    public async Task Read_AsManyAsAreDoneAtOnceOrMore_AreCountedAndSaidToBeAPart(int count, bool isPartial)
    {
        await using var store = new MemoryStateStore();
        var changes = new StateChanges();
        for (var i = 0; i < count; i++)
        {
            Put(changes, i, i % 4 == 0 ? AlertStatus.Acknowledged : AlertStatus.Open);
        }

        Put(changes, -1, AlertStatus.Closed);
        await store.CommitAsync(changes);

        var view = WholeView.Read(Seen(store), Query(("level", "high")));

        Assert.Equal(WholeView.Most, view.Ids.Distinct().Count());
        Assert.Equal(isPartial, view.IsPartial);
        Assert.Equal(0, view.Closed);
        Assert.Equal(WholeView.Most, view.Open + view.Acknowledged);
        Assert.Equal("?level=high", view.Address);
    }

    [Fact]
    public async Task Read_SomebodyOfOneCluster_HasWhatTheyMayDealWith()
    {
        await using var store = new MemoryStateStore();
        var changes = new StateChanges();
        Put(changes, 1, AlertStatus.Closed, "shop");
        Put(changes, 2, AlertStatus.Closed, "payments");
        await store.CommitAsync(changes);

        var view = WholeView.Read(Seen(store, "shop"), Query(("status", "closed")));

        Assert.Equal([Fingerprint.Hash(["1"])], view.Ids);
        Assert.Equal((0, 0, 1), (view.Open, view.Acknowledged, view.Closed));
    }

    [Fact]
    public async Task Read_WrongAddress_SaysSoAndHasNothing()
    {
        await using var store = new MemoryStateStore();

        var view = WholeView.Read(Seen(store), Query(("level", "nonsense")));

        Assert.Single(view.Errors);
        Assert.Empty(view.Ids);
    }

    private static QueryCollection Query(params (string Name, string Value)[] said) => new(said.ToDictionary(one => one.Name, one => new StringValues(one.Value)));

    private static Seen Seen(MemoryStateStore store, params string[] clusters) => new(
        clusters.Length > 0 ? clusters.ToHashSet() : null, null!, new AlertHistory(store).In(clusters.Length > 0 ? clusters : null), null!);

    private static void Put(StateChanges changes, int number, AlertStatus status, string cluster = "production")
    {
        var alert = SampleAlert.Exec() with { Id = Fingerprint.Hash([$"{number}"]), Status = status, Level = AuditWatch.Detection.Level.High, Cluster = cluster, Requests = [] };
        new AlertRecords().Save(new AlertChange(AlertChangeKind.Opened, alert), changes);
    }
}
