using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Docs;

/// <summary>The commands and metrics on the page on alerting are there.</summary>
public sealed partial class AlertingCommandsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "alerting.md"));

    public static TheoryData<string> Commands { get; } = [.. CommandPattern().Matches(Page).Select(match => match.Value)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Page_EveryCommandForAService_IsUnderstood(string command)
    {
        var folder = Path.GetDirectoryName(Cli.Executable);

        var result = await Cli.RunProcessAsync("/bin/bash", [], "-c", $"PATH='{folder}':$PATH USER=jane AUDITWATCH_URL=http://127.0.0.1:1 {command}");

        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Matches(@"\A(no service runs at|there is no /var/lib/auditwatch)", result.Error);
    }

    [Fact]
    public async Task Page_EveryMetric_IsCounted()
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
        await using var service = await Service.StartAsync("--config", config);
        await service.PostAsync(ExecEvent.By("bob", "1"));
        await service.UntilAsync("a dead letter", async () => await service.MetricAsync("auditwatch_deadletters") == 1);

        // What fails only on a bad day is not there on a good one.
        string[] rare = ["auditwatch_incidents_entities_left_out_total", "auditwatch_notification_retries_total", "auditwatch_deadletters_forgotten_total", "auditwatch_state_failures_total", "auditwatch_state_refused_rows_total", "auditwatch_incidents_hubs_total"];
        var names = MetricPattern().Matches(Page).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(13, names.Count);
        foreach (var name in names.Except(rare))
        {
            Assert.NotNull(await service.MetricAsync(name));
        }
    }

    [GeneratedRegex(@"^auditwatch (?:alerts|silence|dead-letters) .*$", RegexOptions.Multiline)]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"^\| `(auditwatch_\w+)", RegexOptions.Multiline)]
    private static partial Regex MetricPattern();
}
