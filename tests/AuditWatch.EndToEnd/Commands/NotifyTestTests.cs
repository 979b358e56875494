using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Commands;

/// <summary>Receivers tried before the first night.</summary>
public sealed class NotifyTestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Test_EveryReceiver_SaysOfEachWayHowItWent()
    {
        await using var receiver = new FickleReceiver();
        await receiver.StartAsync();
        var config = _folder.Write("auditwatch.yaml", $$"""
            receivers:
              - {name: archive, fileConfigs: [{path: told.jsonl}]}
              - {name: soar, webhookConfigs: [{url: "{{receiver.Root}}/hook"}]}
            route: {receiver: archive, routes: [{matchers: [level=high], receiver: soar}]}
            """);

        var result = await Cli.RunAsync("notify", "test", "--config", config);

        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        Assert.Matches(@"\Aarchive/file\[0\]: delivered\nsoar/webhook\[0\]: refused: .*400.*\n\z", result.Out);
        var told = File.ReadAllLines(_folder["told.jsonl"]);
        Assert.Equal(2, told.Length);
        Assert.All(told, line => Assert.Contains("\"auditwatch_test\"", line, StringComparison.Ordinal));

        receiver.Takes = true;
        var one = await Cli.RunAsync("notify", "test", "soar", "--config", config);
        Assert.Equal((0, "soar/webhook[0]: delivered\n", ""), (one.ExitCode, one.Out, one.Error));
        var none = await Cli.RunAsync("notify", "test", "saor", "--config", config);
        Assert.Equal((2, "", "there is no receiver 'saor'; did you mean 'soar'?\n"), (none.ExitCode, none.Out, none.Error));
    }

    [Fact]
    public async Task Test_AnAlertOfTheService_IsSentAsItLooks()
    {
        await using var receiver = new FickleReceiver { Takes = true };
        await receiver.StartAsync();
        var config = _folder.Write("auditwatch.yaml", $$"""
            {{Rules.ExecAlone}}
            state: {directory: state}
            receivers: [{name: archive, fileConfigs: [{path: told.jsonl}]}, {name: soar, webhookConfigs: [{url: "{{receiver.Root}}/hook"}]}]
            route: {receiver: archive, routes: [{matchers: [detection=none], receiver: soar}]}
            """);
        await using var service = await Service.StartAsync("--config", config);
        await service.PostAsync(ExecEvent.By("bob", "1"));
        var id = (await Cli.RunAsync("alerts", "list", "--format", "json", "--config", config)).Out.Split('"')[3];

        var result = await Cli.RunAsync("notify", "test", "soar", "--alert", id[..6], "--config", config);

        Assert.Equal((0, "soar/webhook[0]: delivered\n", ""), (result.ExitCode, result.Out, result.Error));
        Assert.Equal(["bob"], receiver.Taken);
    }
}
