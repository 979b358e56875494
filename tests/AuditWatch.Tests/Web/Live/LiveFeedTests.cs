using System.Reactive.Subjects;
using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Tests.Notifications;
using AuditWatch.Web.Live;
using Microsoft.Extensions.Time.Testing;

namespace AuditWatch.Tests.Web.Live;

public class LiveFeedTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task Read_OfSomeClusters_TellsOfNoOther()
    {
        var time = new FakeTimeProvider();
        using var changes = new Subject<IReadOnlyList<AlertChange>>();
        using var feed = new LiveFeed(changes, time);
        await using var page = feed.ReadAsync(default, new HashSet<string> { "eu" }).GetAsyncEnumerator();
        Assert.True(await page.MoveNextAsync());
        var alert = SampleAlert.Exec();
        changes.OnNext([new AlertChange(AlertChangeKind.Opened, alert with { Id = "1", Cluster = "us" }), new AlertChange(AlertChangeKind.Opened, alert with { Id = "2", Cluster = "" })]);
        time.Advance(Beat);
        changes.OnNext([new AlertChange(AlertChangeKind.Opened, alert with { Id = "3", Cluster = "us" }), new AlertChange(AlertChangeKind.Opened, alert with { Id = "4", Cluster = "eu" })]);
        time.Advance(Beat);

        Assert.True(await page.MoveNextAsync());
        using var told = JsonDocument.Parse(page.Current.Data);
        Assert.Equal("4", Assert.Single(told.RootElement.EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Read_ChangesBetweenTwoBeats_AreToldOnceToEveryPage()
    {
        var time = new FakeTimeProvider();
        using var changes = new Subject<IReadOnlyList<AlertChange>>();
        using var feed = new LiveFeed(changes, time);
        await using var one = feed.ReadAsync(default).GetAsyncEnumerator();
        await using var other = feed.ReadAsync(default).GetAsyncEnumerator();
        foreach (var page in new[] { one, other })
        {
            Assert.True(await page.MoveNextAsync());
            Assert.Equal("ready", page.Current.EventType);
        }

        var alert = SampleAlert.Exec();
        changes.OnNext([new AlertChange(AlertChangeKind.Opened, alert)]);
        changes.OnNext([new AlertChange(AlertChangeKind.Acknowledged, alert with { Status = AlertStatus.Acknowledged, AcknowledgedBy = "jane" })]);
        time.Advance(Beat);

        foreach (var page in new[] { one, other })
        {
            Assert.True(await page.MoveNextAsync());
            using var told = JsonDocument.Parse(page.Current.Data);
            var only = Assert.Single(told.RootElement.EnumerateArray());
            Assert.Equal((alert.Id, "opened", "acknowledged", "jane"), (Text("id"), Text("kind"), Text("status"), Text("by")));

            string? Text(string name) => only.GetProperty(name).GetString();
        }
    }

    [Fact]
    public async Task Read_AFloodOfChanges_IsBounded()
    {
        var time = new FakeTimeProvider();
        using var changes = new Subject<IReadOnlyList<AlertChange>>();
        using var feed = new LiveFeed(changes, time);
        await using var page = feed.ReadAsync(default).GetAsyncEnumerator();
        Assert.True(await page.MoveNextAsync());

        changes.OnNext([.. Enumerable.Range(0, 10_000).Select(number => new AlertChange(AlertChangeKind.Opened, SampleAlert.Exec() with { Id = $"{number:x16}" }))]);
        time.Advance(Beat);

        Assert.True(await page.MoveNextAsync());
        using var told = JsonDocument.Parse(page.Current.Data);
        Assert.Equal(200, told.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Dispose_WhilePagesAreOpen_EndsThem()
    {
        using var changes = new Subject<IReadOnlyList<AlertChange>>();
        var feed = new LiveFeed(changes, new FakeTimeProvider());
        await using var page = feed.ReadAsync(default).GetAsyncEnumerator();
        Assert.True(await page.MoveNextAsync());

        feed.Dispose();

        Assert.False(await page.MoveNextAsync());
        Assert.False(changes.HasObservers);
    }
}
