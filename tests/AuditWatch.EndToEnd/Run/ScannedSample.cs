namespace AuditWatch.EndToEnd.Run;

/// <summary>What <c>scan</c> finds in the sample: the service must find the same.</summary>
public sealed class ScannedSample : IAsyncLifetime
{
    internal IReadOnlyList<(string Detection, string Id)> Alerts { get; private set; } = [];

    public async Task InitializeAsync()
    {
        var result = await Cli.RunAsync("scan", Sample.Path, "--format", "json");
        Alerts = [.. AlertLine.Parse(result).Select(alert => (alert.Detection, alert.Id))];
        Assert.Equal(Sample.Attacks.Count, Alerts.Count);
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
