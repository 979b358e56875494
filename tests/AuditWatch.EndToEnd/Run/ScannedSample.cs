namespace AuditWatch.EndToEnd.Run;

/// <summary>What <c>scan</c> finds in the sample: the service must find the same.</summary>
public sealed class ScannedSample : IAsyncLifetime
{
    internal IReadOnlyList<(string Detection, string Id)> Alerts { get; private set; } = [];

    public async Task InitializeAsync() => Alerts = [.. (await Sample.ScanAsync()).Select(alert => (alert.Detection, alert.Id))];

    public Task DisposeAsync() => Task.CompletedTask;
}
