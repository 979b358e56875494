using System.Text.Json;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Commands;

/// <summary>What people on call do with alerts, through the commands and across restarts.</summary>
[TakesLong]
public sealed class AlertLifeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _config;

    public AlertLifeTests() => _config = _folder.Write("auditwatch.yaml", """
        state: {directory: state}
        receivers: [{name: archive, fileConfigs: [{path: told.jsonl}]}]
        route: {receiver: archive}
        silences:
          - {matchers: [cluster=old], author: platform, comment: It is switched off, endsAt: 2099-01-01T00:00:00Z}
        """);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AlertsClose_WithAReason_KeepsItAndRefusesOneThatSaysNothing()
    {
        await using var service = await Service.StartAsync("--config", _config);
        await service.PostAsync(ExecEvent.By("eve@example.com", "1"));
        var id = Id((await LinesAsync("alerts", "list", "--format", "json"))[0]);

        var refused = await Cli.RunAsync("alerts", "close", id, "--by", "bob", "--reason", "other", "--config", _config);
        Assert.Equal((2, "'text' has to say what it was where 'reason' is other\n"), (refused.ExitCode, refused.Error));
        await FineAsync("", $"closed {id}\n", "alerts", "close", id, "--by", "bob", "--reason", "false-positive", "--text", "the backup");

        Assert.Contains(await LinesAsync("alerts", "list", "--status", "closed", "--format", "json"), line => Id(line) == id && Value(line, "closeReason") == "false-positive: the backup");
    }

    [Fact]
    public async Task Alerts_AcknowledgedClosedAndSilenced_StaySoAcrossARestart()
    {
        string[] alerts, silences;
        string silence;
        await using (var service = await Service.StartAsync("--config", _config))
        {
            await service.PostAsync(string.Join('\n', Sample.Lines));
            // A story is told when composites are compiled, which happens beside the events.
            await service.UntilAsync("the story to be told", () => Task.FromResult(Told().Contains("token_requested_used_from_same_address", StringComparison.Ordinal)));
            var open = await LinesAsync("alerts", "list", "--format", "json");
            var (first, second) = (Id(open[0]), Id(open[1]));
            Assert.Equal(["high", "high"], open.Take(2).Select(line => Value(line, "level")));

            await FineAsync("", $"acknowledged {first}\n", "alerts", "acknowledge", first, "--by", "jane");
            await FineAsync("", $"closed {first}\nclosed {second}\n", "alerts", "close", first, second, "--by", "bob");
            await FineAsync("", $"acknowledged {Id(open[2])}\n", "alerts", "acknowledge", Id(open[2]), "--by", "jane");
            await RefusedAsync($"the alert '{first}' is closed already, by bob\n", "alerts", "acknowledge", first, "--by", "jane");
            await RefusedAsync($"the alert '{Id(open[2])}' is acknowledged already, by jane\n", "alerts", "acknowledge", Id(open[2]), "--by", "bob");
            await RefusedAsync("there is no alert '0123456789abcdef'\n", "alerts", "show", "0123456789abcdef");

            Assert.Equal(open.Length - 2, (await LinesAsync("alerts", "list", "--format", "json")).Length);
            Assert.Equal(new[] { first, second }.Order(), (await LinesAsync("alerts", "list", "--status", "closed", "--format", "json")).Select(Id).Order());
            Assert.Equal(Id(open[2]), Id(Assert.Single(await LinesAsync("alerts", "list", "--status", "acknowledged", "--format", "json"))));
            Assert.Equal(3, (await LinesAsync("alerts", "list", "--limit", "3", "--format", "json")).Length);

            var table = await LinesAsync("alerts", "list");
            Assert.Equal(open.Length - 1, table.Length);
            Assert.Matches(@"^LEVEL +ID +STATUS +DETECTION +ACTOR +SUMMARY +COUNT +LAST SEEN *$", table[0]);
            Assert.Matches($"^high +{Id(open[2])} +acknowledged by jane ", table[1]);

            silence = await SilencedAsync("no alert that is open matches it: is it what you meant?\n", "actor=bob@example.com", "level!=critical", "--duration", "2h", "--author", "jane", "--comment", "bob repairs it");
            await service.PostAsync(ExecEvent.By("bob@example.com", "1"));
            await service.PostAsync(ExecEvent.By("eve@example.com", "2"));
            await service.UntilAsync("eve's alert to be told", () => Task.FromResult(Told().Contains("eve@example.com", StringComparison.Ordinal)));
            alerts = await LinesAsync("alerts", "list", "--status", "open,acknowledged,closed", "--format", "json");
            silences = await LinesAsync("silence", "list", "--format", "json");
            Assert.Equal(0, await service.StopAsync());
        }

        await using (var service = await Service.StartAsync("--config", _config))
        {
            Assert.Equal(alerts, await LinesAsync("alerts", "list", "--status", "open,acknowledged,closed", "--format", "json"));
            Assert.Equal(silences, await LinesAsync("silence", "list", "--format", "json"));
            Assert.Contains(alerts, line => Value(line, "actor") == "bob@example.com" && Value(line, "status") == "open");
            Assert.DoesNotContain("\"actor\":\"bob@example.com\"", Told(), StringComparison.Ordinal);

            var configured = Assert.Single(silences, line => Value(line, "configured") is not null);
            await RefusedAsync($"the silence '{Id(configured)}' stands in the configuration, at {_config}:5:5: take it out there\n", "silence", "expire", Id(configured));
            await FineAsync("", $"expired {silence}\n", "silence", "expire", silence);
            await service.PostAsync(ExecEvent.By("bob@example.com", "3"));
            await service.UntilAsync("bob's alert to be told", () => Task.FromResult(Told().Contains("\"actor\":\"bob@example.com\"", StringComparison.Ordinal)));
            Assert.Equal(2, (await LinesAsync("silence", "list")).Length);
            var all = await LinesAsync("silence", "list", "--expired");
            Assert.Matches($"(?m)^{silence} +expired +.* actor=\"bob@example.com\", level!=\"critical\" +jane +bob repairs it *$", string.Join('\n', all));
            Assert.Equal(0, await service.StopAsync());
        }
    }

    [Fact]
    public async Task Show_Alert_IsEverythingAboutIt()
    {
        await using var service = await Service.StartAsync("--config", _config);
        await service.PostAsync(string.Join('\n', Sample.Lines));
        var id = Id((await LinesAsync("alerts", "list", "--format", "json")).First(line => line.Contains("\"exec_into_pod\"", StringComparison.Ordinal)));

        var shown = await Cli.RunAsync("alerts", "show", id, "--config", _config);

        Assert.Equal((0, ""), (shown.ExitCode, shown.Error));
        Assert.StartsWith("HIGH  Exec into a pod\n  jane@example.com ran cat /etc/shadow in pod payments/shell (allowed)\n", shown.Out, StringComparison.Ordinal);
        Assert.All(
            new[] { "    Why            objectRef.resource: pods\n", "    Runbook        1. ", "    Look           kubectl -n 'payments' get pod 'shell' -o wide\n", $"    Alert          {id} (exec_into_pod)\n", "    Status         open since " },
            part => Assert.Contains(part, shown.Out, StringComparison.Ordinal));
        Assert.Matches(@"(?m)^2026-11-21 00:24:55Z  create payments/pods/shell/exec  101   jane@example.com  127.0.0.1  [0-9a-f-]{36} *$", shown.Out);

        await Cli.RunAsync("alerts", "close", id, "--by", "bob", "--config", _config);
        var closed = (await Cli.RunAsync("alerts", "show", id, "--config", _config)).Out;
        Assert.StartsWith("CLOSED (high)  Exec into a pod\n", closed, StringComparison.Ordinal);
        Assert.Contains("\n    Status         closed by bob; last changed at ", closed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_MoreThanAPage_IsAllOfThem()
    {
        const int count = 1_100;
        await using var service = await StartWithExecAloneAsync();
        await service.PostAsync(string.Join('\n', Enumerable.Range(0, count).Select(i => ExecEvent.By($"user{i}", $"{i}"))));

        var alerts = await LinesAsync("alerts", "list", "--format", "json");

        Assert.Equal(count, alerts.Select(Id).Distinct().Count());
        Assert.Equal(count, alerts.Length);
    }

    [Fact]
    public async Task Commands_ShortWords_MeanTheSame()
    {
        await using var service = await StartWithExecAloneAsync();
        await service.PostAsync(ExecEvent.By("bob", "1"));
        var id = Id(Assert.Single(await LinesAsync("alerts", "list", "--format", "json")));
        var silence = await SilencedAsync("1 open alert matches it: 1 of exec_into_pod\n", "actor=bob", "--duration", "2h", "--comment", "bob repairs it");

        await FineAsync("", $"acknowledged {id}\n", "alerts", "ack", id[..6], "--by", "jane");
        await FineAsync("", $"noted {id}\n", "alerts", "note", id[..6], "it was bob, says bob", "--by", "jane");
        await FineAsync("", $"assigned {id}\n", "alerts", "assign", id[..6], "max", "--by", "jane");
        await FineAsync("", $"expired {silence[..6]}\n", "silence", "expire", silence[..6]);
        await RefusedAsync("there is no silence 'ffffff'\n", "silence", "expire", "ffffff");

        var shown = await Cli.RunAsync("alerts", "show", id, "--config", _config, "--time-zone", "Asia/Kolkata");
        Assert.Matches(@"(?m)^[0-9-]{10} [0-9:]{8}\+05:30  noted +jane +it was bob, says bob$", shown.Out);
        Assert.Matches(@"(?m)  assigned +jane +to max$", shown.Out);
        Assert.Contains("acknowledged by max", shown.Out, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?m) $", shown.Out);
    }

    [Fact]
    public async Task Acknowledge_NobodyNamed_IsWhoeverCalledSudo()
    {
        await using var service = await StartWithExecAloneAsync();
        await service.PostAsync(ExecEvent.By("bob", "1"));
        var id = Id(Assert.Single(await LinesAsync("alerts", "list", "--format", "json")));

        var sudo = await Cli.RunProcessAsync("/usr/bin/env", [], "SUDO_USER=ann", "USER=root", Cli.Executable, "alerts", "acknowledge", id, "--config", _config);
        // In a container and under cron there is no $USER.
        var nobody = await Cli.RunProcessAsync("/usr/bin/env", [], "-u", "SUDO_USER", "-u", "USER", Cli.Executable, "alerts", "acknowledge", id, "--config", _config);

        Assert.Equal((0, $"acknowledged {id}\n"), (sudo.ExitCode, sudo.Error));
        Assert.Equal((1, "", $"the alert '{id}' is acknowledged already, by ann\n"), (nobody.ExitCode, nobody.Out, nobody.Error));
        Assert.Equal("ann", Value(Assert.Single(await LinesAsync("alerts", "list", "--format", "json")), "acknowledgedBy"));
    }

    [Fact]
    public async Task SilenceAdd_DetectionThatThereIsNotOne_SaysWhichMayBeMeant()
    {
        await using var service = await StartWithExecAloneAsync();

        await SilencedAsync(
            "warning: there is no detection 'exec_into_pd': the matcher fits no alert of it; did you mean 'exec_into_pod'?\nno alert that is open matches it: is it what you meant?\n",
            "detection=exec_into_pd", "--duration", "1h", "--author", "jane", "--comment", "a slip");
    }

    [Fact]
    public async Task List_HostileTexts_ReachNoTerminal()
    {
        await using var service = await StartWithExecAloneAsync();
        const string evil = "\e]0;evil\a\u202e\r\nmallory";
        await service.PostAsync(ExecEvent.By(evil, $"a{evil}", evil));
        var id = Id(Assert.Single(await LinesAsync("alerts", "list", "--format", "json")));
        await FineAsync("", $"acknowledged {id}\n", "alerts", "acknowledge", id, "--by", evil);
        await SilencedAsync("no alert that is open matches it: is it what you meant?\n", "level=low", "--duration", "1h", "--author", evil, "--comment", evil);

        foreach (var command in new string[][]
        {
            ["alerts", "list"], ["alerts", "list", "--format", "json"], ["alerts", "show", id], ["alerts", "show", id, "--format", "json"],
            ["alerts", "acknowledge", id, "--by", "x"], ["silence", "list"], ["silence", "list", "--format", "json"],
        })
        {
            var result = await Cli.RunAsync([.. command, "--config", _config]);
            Assert.Contains("mallory", result.Out + result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(result.Out + result.Error, c => (char.IsControl(c) && c != '\n') || c == '\u202e');
            Assert.DoesNotContain(result.Out.Split('\n'), line => line.StartsWith("mallory", StringComparison.Ordinal));
        }
    }

    private Task<Service> StartWithExecAloneAsync()
    {
        _folder.Write("auditwatch.yaml", $"{File.ReadAllText(_config)}\n{Rules.ExecAlone}\n");
        return Service.StartAsync("--config", _config);
    }

    private string Told() => File.Exists(_folder["told.jsonl"]) ? File.ReadAllText(_folder["told.jsonl"]) : "";

    private async Task<string> SilencedAsync(string effect, params string[] silence)
    {
        var result = await Cli.RunAsync(["silence", "add", .. silence, "--config", _config]);
        Assert.Equal((0, effect), (result.ExitCode, result.Error));
        return Assert.Single(result.OutLines);
    }

    private async Task<string[]> LinesAsync(params string[] command)
    {
        var result = await Cli.RunAsync([.. command, "--config", _config]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.OutLines;
    }

    private async Task FineAsync(string output, string error, params string[] command)
    {
        var result = await Cli.RunAsync([.. command, "--config", _config]);
        Assert.Equal((0, output, error), (result.ExitCode, result.Out, result.Error));
    }

    private async Task RefusedAsync(string error, params string[] command)
    {
        var result = await Cli.RunAsync([.. command, "--config", _config]);
        Assert.Equal((1, "", error), (result.ExitCode, result.Out, result.Error));
    }

    private static string Id(string line) => Value(line, "id")!;

    private static string? Value(string line, string key) => JsonDocument.Parse(line).RootElement.GetProperty(key).GetString();
}
