using System.Text.Json;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Commands;

/// <summary>Every surface says who was told of an alert, and else why nobody was.</summary>
public sealed class TellingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Alert_ToldSilencedOrMuted_IsShownSoEverywhere()
    {
        var config = _folder.Write("auditwatch.yaml", $$"""
            {{Rules.ExecAlone}}
            state: {directory: state}
            receivers: [{name: soc, fileConfigs: [{path: soc.jsonl}]}, {name: day, fileConfigs: [{path: day.jsonl}]}]
            timeIntervals: [{name: never, timeIntervals: [{years: ['2020']}]}]
            route: {receiver: soc, routes: [{receiver: day, matchers: [actor=night], activeTimeIntervals: [never]}]}
            silences: [{matchers: [actor=quiet], author: ann, comment: maintenance, endsAt: 2099-01-01T00:00:00Z}]
            """);
        await using var service = await Service.StartAsync("--config", config);
        await service.PostAsync(string.Join('\n', ExecEvent.By("jane", "1"), ExecEvent.By("quiet", "2"), ExecEvent.By("night", "3")));
        await service.UntilAsync("jane's to be told", async () => (await AlertsAsync(config)).Any(alert => alert.GetProperty("told").GetArrayLength() > 0));

        var expected = new Dictionary<string, (string Short, string Long)>
        {
            ["jane"] = ("told soc/file[0]", @"soc/file\[0\] at [-0-9]{10} [:0-9]{8} UTC"),
            ["quiet"] = ("silenced by ann", @"nobody: silenced by ann: maintenance \(silence \S+, until 2099-01-01 00:00:00 UTC\)"),
            ["night"] = ("the hours of day", "nobody: the hours of day: outside never"),
        };
        var queue = await service.Http.GetStringAsync("/");
        var list = (await Cli.RunAsync("alerts", "list", "--config", config)).Out;
        foreach (var alert in await AlertsAsync(config))
        {
            var (brief, all) = expected[alert.GetProperty("actor").GetString()!];
            var id = alert.GetProperty("id").GetString()!;
            Assert.Equal(brief.StartsWith("told", StringComparison.Ordinal), alert.GetProperty("notTold").ValueKind == JsonValueKind.Null);
            Assert.Matches($"{id}  open{(brief.StartsWith("told", StringComparison.Ordinal) ? "" : $", {brief}")}  ", list);
            Assert.Matches($"Told +{all}\n", (await Cli.RunAsync("alerts", "show", id, "--config", config)).Out);
            Assert.Contains($">{brief}</span>", queue, StringComparison.Ordinal);
            Assert.Matches($"<p class=\"told\">Told: {all}.</p>", await service.Http.GetStringAsync($"/alerts/{id}"));
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> AlertsAsync(string config) =>
        [.. (await Cli.RunAsync("alerts", "list", "--format", "json", "--config", config)).OutLines.Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement)];
}
