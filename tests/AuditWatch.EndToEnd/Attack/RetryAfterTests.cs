using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Http;
using Microsoft.Extensions.Time.Testing;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>A receiver, or somebody between it and the service, asks once for an hour of silence: it is sent to again long before.</summary>
public sealed class RetryAfterTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("webhookConfigs: [{url: '{0}'}]")]
    [InlineData("slackConfigs: [{apiUrlFile: address}]")]
    [InlineData("slackConfigs: [{botTokenFile: token, channel: C0123456789, apiUrl: '{0}'}]")]
    public async Task Run_ReceiverAsksForAnHourOnce_IsSentToAgainWithinMinutes(string way)
    {
        using var folder = new TemporaryFolder();
        var asked = 0;
        await using var receiver = await HttpStandIn.StartAsync(http =>
        {
            http.Response.StatusCode = Interlocked.Increment(ref asked) == 1 ? 429 : 200;
            http.Response.Headers.RetryAfter = "3600";
            return Task.CompletedTask;
        });
        folder.Write("address", $"{receiver.Root}/services/T0");
        folder.Write("token", "xoxb-1");
        var config = folder.Write("auditwatch.yaml", $$"""
            {{Rules.ExecAlone}}
            receivers: [{name: on-call, {{way.Replace("{0}", receiver.Root, StringComparison.Ordinal)}} }]
            route: {receiver: on-call, groupWait: 0s}
            """);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var service = await Service.StartByAsync(clock, config);
        await service.PostAsync(ExecEvent.By("jane", "1"));
        await service.UntilAsync("the receiver to ask for an hour", () => Advance(TimeSpan.FromMilliseconds(100), 1));
        var from = clock.GetUtcNow();

        await service.UntilAsync("the receiver to be sent to again", () => Advance(Step, 2));

        Assert.InRange(clock.GetUtcNow() - from, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(6));

        Task<bool> Advance(TimeSpan step, int attempts)
        {
            clock.Advance(step);
            return Task.FromResult(Volatile.Read(ref asked) >= attempts);
        }
    }
}
