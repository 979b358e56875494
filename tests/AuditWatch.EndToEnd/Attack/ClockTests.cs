using System.Globalization;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>The machine's clock is set back under a running service.</summary>
public sealed class ClockTests
{
    private const int EventsOfABurst = 25;

    [Fact]
    public async Task Run_ClockSetBackWithinABurst_TakesNoEventForLateAndTellsOfBoth()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("auditwatch.yaml", $$"""
            detections: ['{{Path.Combine(AppContext.BaseDirectory, "detections", "discovery", "forbidden_burst.yml")}}']
            state: {directory: state}
            receivers: [{name: archive, fileConfigs: [{path: told.jsonl}]}]
            route: {receiver: archive}
            """);
        var clock = new SetClock();
        await using var service = await Service.StartByAsync(clock, config);
        await service.PostAsync(Denied(0));

        clock.Offset = TimeSpan.FromHours(-1);
        await service.PostAsync(string.Join('\n', Enumerable.Range(1, EventsOfABurst).Select(Denied)));

        await service.UntilAsync("the burst is told of", () => Task.FromResult(Told().Contains("forbidden_burst", StringComparison.Ordinal)));
        await service.UntilAsync("and the clock", () => Task.FromResult(Told().Contains("auditwatch_clock_set_back", StringComparison.Ordinal)));

        string Told() => File.Exists(folder["told.jsonl"]) ? File.ReadAllText(folder["told.jsonl"]) : "";
    }

    private static string Denied(int number)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        return $$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{{number}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/payments/pods/p{{number}}","verb":"get","user":{"username":"mallory","groups":["system:authenticated"]},"sourceIPs":["203.0.113.7"],"userAgent":"curl/8","objectRef":{"resource":"pods","namespace":"payments","name":"p{{number}}","apiVersion":"v1"},"responseStatus":{"code":403},"requestReceivedTimestamp":"{{now}}","stageTimestamp":"{{now}}","annotations":{"authorization.k8s.io/decision":"forbid"} }""";
    }

    // The system's, but for what somebody has set it back by.
    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }
}
