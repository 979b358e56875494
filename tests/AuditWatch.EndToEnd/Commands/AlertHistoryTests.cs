using System.Text;
using System.Text.Json;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests;

namespace AuditWatch.EndToEnd.Commands;

/// <summary>People search what has happened, with each database that the state can be in.</summary>
public sealed class AlertHistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task List_ByWhatIsKnown_FindsClosedOnesAcrossARestart(string database)
    {
        var config = Configure(database);
        string jane, bob;
        await using (var service = await Service.StartAsync("--config", config))
        {
            await PostAsync(service, "production", ExecEvent.By("jane@example.com", "1"));
            await PostAsync(service, "staging", ExecEvent.By("bob", "2"));
            await PostAsync(service, "staging", Sample.Lines.ToArray());
            jane = Assert.Single(await IdsAsync(config, "--cluster", "production"));
            bob = Assert.Single(await IdsAsync(config, "--actor", "bob"));
            await service.UntilAsync("jane's alert to be told", () => Task.FromResult(Told().Contains(jane, StringComparison.Ordinal)));
            await FineAsync($"acknowledged {jane}\n", config, "alerts", "acknowledge", jane[..12], "--by", "ann");
            await FineAsync($"closed {jane}\n", config, "alerts", "close", jane[..12], "--by", "ann");
            Assert.Equal(0, await service.StopAsync());
        }

        await using (var service = await Service.StartAsync("--config", config))
        {
            var open = await IdsAsync(config);
            Assert.DoesNotContain(jane, open);
            Assert.Contains(bob, open);
            Assert.Equal([jane], await IdsAsync(config, "--status", "closed"));
            Assert.Equal([jane], await IdsAsync(config, "--since", "1h", "--actor", "jane@example.com", "--cluster", "production", "--namespace", "payments", "--detection", "exec_into_pod", "--level", "high"));
            Assert.Equal([jane], await IdsAsync(config, "--status", "closed", "--text", "SHELL payments pay*"));
            Assert.Empty(await IdsAsync(config, "--status", "closed", "--text", "shell payment"));
            Assert.Empty(await IdsAsync(config, "--actor", "jane@example.com", "--cluster", "production"));
            Assert.Equal([jane], await IdsAsync(config, "--status", "closed", "--tactic", "Execution"));
            Assert.Empty(await IdsAsync(config, "--status", "closed", "--tactic", "persistence"));
            Assert.Empty(await IdsAsync(config, "--until", "1h"));
            Assert.Empty(await IdsAsync(config, "--since", "2099-01-01T00:00:00Z", "--status", "closed"));

            var byTime = await AlertsAsync(config, "--since", "1h", "--sort", "time");
            Assert.Equal(byTime.Select(alert => alert.GetProperty("openedAt").GetDateTimeOffset()).OrderDescending(), byTime.Select(alert => alert.GetProperty("openedAt").GetDateTimeOffset()));
            Assert.Equal(jane, byTime[^1].GetProperty("id").GetString());
            string[] levels = ["critical", "high", "medium", "low", "informational"];
            var byLevel = (await AlertsAsync(config, "--since", "1h")).Select(alert => alert.GetProperty("level").GetString()).ToList();
            Assert.Equal(byLevel.OrderBy(level => Array.IndexOf(levels, level)), byLevel);
            Assert.Equal(byTime.Count, byLevel.Count);

            var shown = await Cli.RunAsync("alerts", "show", jane[..12], "--config", config);
            Assert.Equal((0, ""), (shown.ExitCode, shown.Error));
            Assert.StartsWith("CLOSED (high)  Exec into a pod\n", shown.Out, StringComparison.Ordinal);
            Assert.Matches(@"(?ms)^TIME +WHAT HAPPENED +WHO +NOTE *$.*Z  opened .*^[^\n]*Z  notified +archive/\S+ +opened, high *$.*Z  acknowledged +ann *$.*Z  closed +ann +dealt with, high *$", shown.Out);
            var json = JsonDocument.Parse((await Cli.RunAsync("alerts", "show", jane, "--format", "json", "--config", config)).Out).RootElement;
            // People are told of each act as well, before the next or after it.
            var history = json.GetProperty("history").EnumerateArray().Select(happened => happened.GetProperty("event").GetString()).ToList();
            Assert.Equal(["opened", "notified"], history.Take(2));
            Assert.Equal(["opened", "acknowledged", "closed"], history.Where(happened => happened != "notified").Take(3));
            await RefusedAsync($"the alert '{jane}' is closed already, by ann\n", config, "alerts", "close", jane[..12], "--by", "bob");
            Assert.Equal(0, await service.StopAsync());
        }
    }

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Ids_SeveralBeginLikeThat_AreRefusedWithTheCandidates(string database)
    {
        var config = Configure(database, Rules.ExecAlone);
        await using var service = await Service.StartAsync("--config", config);
        await PostAsync(service, "production", [.. Enumerable.Range(0, 40).Select(i => ExecEvent.By($"user{i}", $"{i}"))]);
        var shared = (await IdsAsync(config)).GroupBy(id => id[..1]).First(ids => ids.Count() is > 1 and <= 5).ToList();

        foreach (var command in new string[][] { ["show", shared[0][..1]], ["close", shared[0][..1], "--by", "ann"], ["acknowledge", shared[0][..1], "--by", "ann"] })
        {
            var refused = await Cli.RunAsync(["alerts", .. command, "--config", config]);

            Assert.Equal((1, ""), (refused.ExitCode, refused.Out));
            Assert.StartsWith($"several alerts begin with '{shared[0][..1]}': ", refused.Error, StringComparison.Ordinal);
            Assert.All(shared, id => Assert.Contains(id, refused.Error, StringComparison.Ordinal));
        }

        Assert.Equal(40, (await IdsAsync(config, "--status", "open")).Count);
    }

    [SkippableTheory]
    [InlineData("sqlite", "level")]
    [InlineData("sqlite", "time")]
    [InlineData("postgres", "level")]
    [InlineData("postgres", "time")]
    public async Task Pages_WhileAlertsArrive_HaveEachOnceThatWasThereInTheBeginning(string database, string sort)
    {
        await using var service = await Service.StartAsync("--config", Configure(database, Rules.ExecAlone));
        await PostAsync(service, "production", [.. Enumerable.Range(0, 95).Select(i => ExecEvent.By($"user{i}", $"{i}"))]);

        var seen = new List<string>();
        for (var (next, page) = ("", 0); next is not null; page++)
        {
            using var answer = JsonDocument.Parse(await service.Http.GetStringAsync($"/api/v1/alerts?limit=10&sort={sort}&after={next}"));
            seen.AddRange(answer.RootElement.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("actor").GetString()!));
            next = answer.RootElement.GetProperty("next").GetString();
            await PostAsync(service, "production", [.. Enumerable.Range(0, 7).Select(i => ExecEvent.By($"later{page}-{i}", $"later{page}-{i}")), ExecEvent.By($"user{page * 9}", $"again{page}")]);
        }

        Assert.Equal(Enumerable.Range(0, 95).Select(i => $"user{i}").Order(), seen.Order());
    }

    private string Configure(string database, string detections = "detections: [builtin]")
    {
        var postgres = "";
        if (database == "postgres")
        {
            _folder.Write("connection", PostgresServer.Shared().NewSchema());
            postgres = ", postgres: {connectionStringFile: connection}";
        }

        return _folder.Write("auditwatch.yaml", $$"""
            {{detections}}
            state: {directory: state{{postgres}}}
            receivers: [{name: archive, fileConfigs: [{path: told.jsonl}]}]
            route: {receiver: archive}
            """);
    }

    private string Told() => File.Exists(_folder["told.jsonl"]) ? File.ReadAllText(_folder["told.jsonl"]) : "";

    private static async Task PostAsync(Service service, string cluster, params string[] events)
    {
        using var answer = await service.Http.PostAsync($"/webhook/{cluster}", new StringContent(string.Join('\n', events), Encoding.UTF8, "application/json"));
        Assert.True(answer.IsSuccessStatusCode);
    }

    private static async Task<List<JsonElement>> AlertsAsync(string config, params string[] options)
    {
        var result = await Cli.RunAsync(["alerts", "list", "--format", "json", "--config", config, .. options]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return [.. result.OutLines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static async Task<List<string>> IdsAsync(string config, params string[] options) =>
        [.. (await AlertsAsync(config, options)).Select(alert => alert.GetProperty("id").GetString()!)];

    private static async Task FineAsync(string error, string config, params string[] command)
    {
        var result = await Cli.RunAsync([.. command, "--config", config]);
        Assert.Equal((0, "", error), (result.ExitCode, result.Out, result.Error));
    }

    private static async Task RefusedAsync(string error, string config, params string[] command)
    {
        var result = await Cli.RunAsync([.. command, "--config", config]);
        Assert.Equal((1, "", error), (result.ExitCode, result.Out, result.Error));
    }
}
