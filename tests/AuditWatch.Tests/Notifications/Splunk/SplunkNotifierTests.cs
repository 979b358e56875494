using AuditWatch.Notifications;
using AuditWatch.Notifications.Splunk;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.Splunk;

public sealed class SplunkNotifierTests(SplunkStandIn splunk) : NotifierContract, IClassFixture<SplunkStandIn>, IDisposable
{
    private readonly List<SplunkNotifier> _notifiers = [];

    public void Dispose() => _notifiers.ForEach(notifier => notifier.Dispose());

    [Fact]
    public async Task Notify_Group_IsAnEventForEachAlert()
    {
        await NotifyAsync(Create(Options("ok") with { Index = "k8s" }), SampleAlert.Group(SampleAlert.Exec()));

        var events = splunk.Taken.Last();
        Assert.Equal(20, events.Count);
        var first = events[0];
        Assert.Equal(("1795220691", "prod", "auditwatch", "auditwatch:alert", "k8s"),
            (first["time"]!.ToJsonString(), (string?)first["host"], (string?)first["source"], (string?)first["sourcetype"], (string?)first["index"]));
        Assert.Equal(("5f1c3a9e2b7d4c60", "opened"), ((string?)first["event"]!["alert"]!["id"], (string?)first["event"]!["notification"]!["kind"]));
        Assert.Equal(20, events.Select(one => (string?)one["event"]!["alert"]!["id"]).Distinct().Count());
    }

    [Fact]
    public async Task Notify_Refused_SaysWhyInWordsOfOurs()
    {
        Assert.Equal(DeliveryResult.Rejected("Splunk answered 403 (4: it does not know the token)"), await NotifyAsync(Create(Options("ok") with { Token = new Secret("other") }), SampleAlert.Exec()));
        Assert.Equal(DeliveryResult.Rejected("Splunk answered 400 (7: the token may not write to the index)"), await NotifyAsync(Create(Options("ok") with { Index = "main" }), SampleAlert.Exec()));
    }

    [Theory]
    [InlineData("429-x-30", 30)]
    [InlineData("503-x-date", 42)]
    public async Task Notify_NotNow_WaitsAsLongAsItAsks(string behaviour, int seconds) =>
        Assert.Equal(DeliveryResult.Retry($"Splunk answered {behaviour[..3]}", TimeSpan.FromSeconds(seconds)), await NotifyAsync(Create(Options(behaviour)), SampleAlert.Exec()));

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(Create(Options("ok")));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(Create(Options("hang")));

    protected override Task HangsAsync() => splunk.Hanging;

    protected override IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync() =>
        HttpRetryTable.Of(behaviour => Create(Options(behaviour)), address => Create(Options("ok") with { Address = new Uri(address) }));

    protected override Task<string> LastMessageAsync() => Task.FromResult(string.Join('\n', splunk.Taken.Last().Select(one => one.ToJsonString())));

    // To a program, what is well-formed is harmless: the stand-in has read each event from a line of its own.
    protected override Task AssertHarmlessAsync()
    {
        Assert.All(splunk.Taken.Last(), one => Assert.Equal(["time", "host", "source", "sourcetype", "event"], one.Select(pair => pair.Key)));
        return Task.CompletedTask;
    }

    private SplunkOptions Options(string behaviour) => new() { Address = splunk.Address(behaviour), Token = new Secret(Canary) };

    private SplunkNotifier Create(SplunkOptions options)
    {
        _notifiers.Add(new SplunkNotifier("splunk", options, new VirtualTime()));
        return _notifiers[^1];
    }
}
