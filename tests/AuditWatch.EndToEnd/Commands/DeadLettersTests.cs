using System.Text.Json;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Commands;

public sealed class DeadLettersTests
{
    [Fact]
    public async Task DeadLetters_ReceiverThatRejects_CanBeSentAgainOrDropped()
    {
        using var folder = new TemporaryFolder();
        await using var receiver = new FickleReceiver();
        await receiver.StartAsync();
        var config = folder.Write("auditwatch.yaml", $$"""
            {{Rules.ExecAlone}}
            state: {directory: state}
            receivers: [{name: soar, webhookConfigs: [{url: "{{receiver.Root}}/hook"}]}]
            route: {receiver: soar}
            """);
        await using (var service = await Service.StartAsync("--config", config))
        {
            foreach (var actor in new[] { "ann", "bob", "cid", "dan" })
            {
                await service.PostAsync(ExecEvent.By(actor, actor));
            }

            await service.UntilAsync("four dead letters", async () => await service.MetricAsync("auditwatch_deadletters") == 4);
            Assert.Equal(0, await service.StopAsync());
        }

        await using (var service = await Service.StartAsync("--config", config))
        {
            var letters = (await RunAsync(0, "list", "--format", "json")).OutLines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
            Assert.Equal(["soar/webhook[0]"], letters.Select(letter => letter.GetProperty("receiver").GetString()).Distinct());
            Assert.Equal(["the webhook answered 400"], letters.Select(letter => letter.GetProperty("reason").GetString()).Distinct());
            var keys = letters.Select(letter => letter.GetProperty("key").GetString()!).ToList();
            var table = (await RunAsync(0, "list")).OutLines;
            Assert.Matches("^KEY +SINCE +RECEIVER +REASON +ALERTS +SUMMARY *$", table[0]);
            Assert.Matches($@"^{keys[0]} .* soar/webhook\[0\] +the webhook answered 400 +1 +ann ran id in pod payments/shell", table[1]);

            receiver.Takes = true;
            Assert.Equal($"sent {keys[1]}\n", (await RunAsync(0, "resend", keys[1])).Error);
            await service.UntilAsync("bob's alert to arrive", () => Task.FromResult(receiver.Taken.SequenceEqual(["bob"])));
            var again = await RunAsync(1, "resend", keys[1], keys[3]);
            Assert.Equal($"there is no dead letter '{keys[1]}' for a receiver that exists\nsent {keys[3]}\n", again.Error);
            Assert.Equal($"dropped {keys[0]}\n", (await RunAsync(0, "drop", keys[0])).Error);
            Assert.Equal("sent 1\n", (await RunAsync(0, "resend", "--all")).Error);
            await service.UntilAsync("all but ann's alert to arrive", () => Task.FromResult(receiver.Taken.SequenceEqual(["bob", "dan", "cid"])));
            Assert.Equal("no dead letters\n", (await RunAsync(0, "list")).Error);

            receiver.Takes = false;
            await service.PostAsync(ExecEvent.By("eve", "eve"));
            await service.UntilAsync("a dead letter", async () => await service.MetricAsync("auditwatch_deadletters") == 1);
            Assert.Equal("dropped 1\n", (await RunAsync(0, "drop", "--all")).Error);
            Assert.Equal(0, await service.StopAsync());
        }

        await using (var service = await Service.StartAsync("--config", config))
        {
            Assert.Equal((0, 3), (await service.MetricAsync("auditwatch_deadletters"), receiver.Taken.Count));
        }

        async Task<CliResult> RunAsync(int exitCode, params string[] command)
        {
            var result = await Cli.RunAsync(["dead-letters", .. command, "--url", $"unix:{folder["state"]}"]);
            Assert.True(exitCode == result.ExitCode, result.Error);
            return result;
        }
    }
}
