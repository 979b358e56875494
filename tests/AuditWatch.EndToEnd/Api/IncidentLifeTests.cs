using System.Text.Json;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Api;

/// <summary>What people do with incidents, by the commands and the API of a service, and after its restart.</summary>
public sealed class IncidentLifeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Incidents_Commands_DealWithThemAndARestartKeepsIt()
    {
        await using var service = await Service.StartAsync("--state", _folder["state"]);
        await service.PostAsync(string.Join('\n', Sample.Lines));
        var ids = (await ListAsync(service, closed: false)).Select(incident => incident.GetProperty("id").GetString()!).ToList();

        Assert.Equal(0, (await RunAsync(service, "acknowledge", ids[0], "--by", "jane")).ExitCode);
        Assert.Equal(0, (await RunAsync(service, "assign", ids[1][..8], "joe", "--by", "jane")).ExitCode);
        Assert.Equal(0, (await RunAsync(service, "note", ids[1], "the key is revoked", "--by", "joe")).ExitCode);
        var merged = await RunAsync(service, "merge", ids[1], ids[2], "--by", "joe");
        Assert.Matches("^merged into [0-9a-f]{16}$", merged.Error.Trim());
        Assert.Equal(0, (await RunAsync(service, "close", ids[0], "--reason", "true-positive", "--text", "ticket 4711", "--by", "jane")).ExitCode);
        var again = await RunAsync(service, "close", ids[0], "--reason", "benign", "--by", "jane");
        Assert.Equal((1, $"the incident '{ids[0]}' is closed already, by jane"), (again.ExitCode, again.Error.Trim()));

        var shown = await RunAsync(service, "show", ids[0]);
        Assert.Contains("  closed · jane has it · closed by jane as true-positive · ticket 4711", shown.OutLines);
        Assert.Contains(shown.OutLines, line => line.Contains("acknowledged", StringComparison.Ordinal) && line.Contains("jane", StringComparison.Ordinal));
        Assert.Equal(2, (await ListAsync(service, closed: false)).Count);
        var alerts = JsonDocument.Parse((await Cli.RunAsync("alerts", "list", "--url", service.Http.BaseAddress!.AbsoluteUri, "--status", "closed", "--format", "json")).OutLines[0]).RootElement;
        Assert.Equal("true-positive: ticket 4711", alerts.GetProperty("closeReason").GetString());
        var before = (await ListAsync(service, closed: true)).ConvertAll(incident => incident.GetRawText());

        await service.StopAsync();
        await using var next = await Service.StartAsync("--state", _folder["state"]);

        Assert.Equal(before, (await ListAsync(next, closed: true)).ConvertAll(incident => incident.GetRawText()));
        Assert.Equal(0, (await RunAsync(next, "reopen", ids[0], "--by", "jane")).ExitCode);
        Assert.Equal(3, (await ListAsync(next, closed: false)).Count);
    }

    [Fact]
    public async Task Incidents_Split_MakesAnotherOfSomeAlerts()
    {
        await using var service = await Service.StartAsync("--state", _folder["state"]);
        await service.PostAsync(string.Join('\n', Sample.Lines));
        var one = (await ListAsync(service, closed: false)).MaxBy(incident => incident.GetProperty("alertCount").GetInt32());
        var (id, alert) = (one.GetProperty("id").GetString()!, one.GetProperty("alerts")[1].GetString()!);

        Assert.Equal(0, (await RunAsync(service, "split", id, alert[..10], "--by", "jane")).ExitCode);

        var all = await ListAsync(service, closed: false);
        Assert.Equal(5, all.Count);
        Assert.Equal(alert, Assert.Single(all, incident => incident.GetProperty("setApart").GetBoolean()).GetProperty("alerts")[0].GetString());
    }

    public void Dispose() => _folder.Dispose();

    private static Task<CliResult> RunAsync(Service service, params string[] arguments) => Cli.RunAsync(["incidents", .. arguments, "--url", service.Http.BaseAddress!.AbsoluteUri]);

    private static async Task<List<JsonElement>> ListAsync(Service service, bool closed) =>
        [.. (await RunAsync(service, ["list", "--format", "json", .. closed ? ["--closed"] : Array.Empty<string>()])).OutLines.Select(line => JsonDocument.Parse(line).RootElement)];
}
