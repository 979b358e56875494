using System.Text.Json;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Commands;

public sealed class SourcesTests
{
    [Fact]
    public async Task Sources_ClusterThatIsGone_IsListedAndForgottenWithItsAlert()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("audit.log", "");
        var config = folder.Write("auditwatch.yaml", $$"""
            {{Rules.ExecAlone}}
            state: {directory: state}
            sources: {files: [{path: "{{log}}"}]}
            watch: {silentAfter: 1s, sources: [{name: "{{log}}", silentAfter: 0s}]}
            """);
        await using (var service = await Service.StartAsync("--config", config))
        {
            await service.PostAsync(ExecEvent.By("ann", "1"));
            await service.UntilAsync("the silence is told", () => Task.FromResult(service.Alerts.Any(alert => alert.Detection == "auditwatch_source_silent")));

            var listed = await ListAsync();
            Assert.Equal([("file", log, "", "awaited"), ("webhook", "webhook", "production", "silent")], listed.Select(Told));
            Assert.Equal(JsonValueKind.Null, listed[0].GetProperty("lastEventsAt").ValueKind);
            Assert.Equal(listed[1].GetProperty("firstEventsAt").GetString(), listed[1].GetProperty("lastEventsAt").GetString());
            Assert.Equal((0, true), (listed[1].GetProperty("rejected").GetInt32(), listed[1].GetProperty("expected").GetBoolean()));
            var table = (await RunAsync(0, "list")).OutLines;
            Assert.Matches("^ID +KIND +CLUSTER +STATE +FIRST SEEN|^ID +KIND +SOURCE", table[0]);

            var (file, gone) = (Id(listed[0]), Id(listed[1]));
            Assert.Equal($"the configuration names '{log}': take it out of 'sources' there, and restart the service\nforgotten {gone[..10]}\n", (await RunAsync(1, "forget", file, gone[..10], "--by", "jane")).Error);
            Assert.Equal($"there is no source '{gone}'\n", (await RunAsync(1, "forget", gone)).Error);
            Assert.Equal([("file", log, "", "awaited")], (await ListAsync()).Select(Told));
            var silence = service.Alerts.First(alert => alert.Detection == "auditwatch_source_silent").Id;
            var shown = (await Cli.RunAsync("alerts", "show", silence, "--url", Url())).Out;
            Assert.Matches("closed.*jane", shown);
            Assert.Contains("the source is not watched any more", shown, StringComparison.Ordinal);
            Assert.Contains($"/api/v1/sources/{gone[..10]}/forget", await File.ReadAllTextAsync(folder["state/actions.jsonl"]), StringComparison.Ordinal);
            Assert.Equal(0, await service.StopAsync());
        }

        await using (var service = await Service.StartAsync("--config", config))
        {
            Assert.Equal([("file", log, "", "awaited")], (await ListAsync()).Select(Told));
            Assert.Equal(0, await service.StopAsync());
        }

        string Url() => $"unix:{folder["state"]}";

        async Task<List<JsonElement>> ListAsync() => [.. (await RunAsync(0, "list", "--format", "json")).OutLines.Select(line => JsonDocument.Parse(line).RootElement)];

        async Task<CliResult> RunAsync(int exitCode, params string[] command)
        {
            var result = await Cli.RunAsync(["sources", .. command, "--url", Url()]);
            Assert.True(exitCode == result.ExitCode, result.Error);
            return result;
        }
    }

    private static string Id(JsonElement source) => source.GetProperty("id").GetString()!;

    private static (string?, string?, string?, string?) Told(JsonElement source) =>
        (source.GetProperty("kind").GetString(), source.GetProperty("source").GetString(), source.GetProperty("cluster").GetString(), source.GetProperty("state").GetString());
}
