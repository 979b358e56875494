using System.Net.Http.Json;
using System.Text.Json;

namespace AuditWatch.EndToEnd.Run;

/// <summary>A start with files that cannot be used: detection goes on, and people are told.</summary>
public sealed class DegradedStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_BrokenRuleAndMissingSecret_StartsAllTheSameTellsAndRecovers()
    {
        _folder.Write("rules/broken.yml", "title: [");
        var config = _folder.Write("auditwatch.yaml", """
            detections: [builtin, rules]
            receivers:
              - {name: archive, fileConfigs: [{path: told.jsonl}]}
              - {name: soar, webhookConfigs: [{url: "http://127.0.0.1:1/", bearerTokenFile: token}]}
            route: {receiver: archive, routes: [{matchers: [detection=none], receiver: soar}]}
            """);

        var strict = await Cli.RunAsync("run", "--strict", "--config", config, "--listen", "127.0.0.1:0");
        Assert.Equal(2, strict.ExitCode);

        await using var service = await Service.StartAsync("--config", config, "--state", _folder["state"]);
        await service.UntilAsync("people to be told", () => Task.FromResult(Told().Split("auditwatch_files_unusable").Length > 2));
        Assert.Contains("rules/broken.yml:", Told(), StringComparison.Ordinal);
        Assert.Contains("soar/webhook[0]", Told(), StringComparison.Ordinal);
        var ready = await service.Http.GetFromJsonAsync<JsonElement>("/readyz");
        Assert.Equal((true, 2), (ready.GetProperty("ready").GetBoolean(), ready.GetProperty("degraded").GetArrayLength()));

        File.Delete(_folder["rules/broken.yml"]);
        _folder.Write("token", "abc");
        await service.UntilAsync("all to be well", async () => (await service.Http.GetFromJsonAsync<JsonElement>("/readyz")).GetProperty("degraded").GetArrayLength() == 0);
        await service.UntilAsync("the alerts to be closed", () => Task.FromResult(Told().Split("\"kind\":\"closed\"").Length > 2));
        Assert.True(Directory.Exists(_folder["state/last-detections"]));
    }

    private string Told() => File.Exists(_folder["told.jsonl"]) ? File.ReadAllText(_folder["told.jsonl"]) : "";
}
