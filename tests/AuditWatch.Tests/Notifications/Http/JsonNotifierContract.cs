using AuditWatch.Notifications;

namespace AuditWatch.Tests.Notifications.Http;

/// <summary>The contract of notifiers whose service takes a document of JSON and answers with a status.</summary>
public abstract class JsonNotifierContract(JsonStandIn service) : NotifierContract, IDisposable
{
    private readonly List<IDisposable> _notifiers = [];

    public void Dispose()
    {
        _notifiers.ForEach(notifier => notifier.Dispose());
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("429-x-30", 30)]
    [InlineData("503-x-date", 42)]
    public async Task Notify_NotNow_WaitsAsLongAsTheServiceAsks(string behaviour, int seconds)
    {
        var result = await NotifyAsync(Create(behaviour), SampleAlert.Exec());

        Assert.Equal((DeliveryOutcome.Retry, TimeSpan.FromSeconds(seconds)), (result.Outcome, result.RetryAfter));
    }

    /// <summary>A notifier for the service at an address.</summary>
    protected abstract INotifier Create(Uri address);

    protected INotifier Create(string behaviour)
    {
        var notifier = Create(service.Address(behaviour));
        _notifiers.Add((IDisposable)notifier);
        return notifier;
    }

    protected override Task<INotifier> CreateAsync() => Task.FromResult(Create("ok"));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult(Create("hang"));

    protected override Task HangsAsync() => service.Hanging;

    protected override IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync() => HttpRetryTable.Of(Create, address =>
    {
        var notifier = Create(new Uri(address));
        _notifiers.Add((IDisposable)notifier);
        return notifier;
    });

    protected override Task<string> LastMessageAsync() => Task.FromResult(service.Taken.Last().ToJsonString());
}
