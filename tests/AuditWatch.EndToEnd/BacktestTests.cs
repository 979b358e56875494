using System.Text.Json;

namespace AuditWatch.EndToEnd;

/// <summary>What rules and filters would have raised and removed, of a real log.</summary>
[TakesLong]
public sealed class BacktestTests
{
    private const string JaneMayExec = """
        title: Jane may run commands
        logsource: {product: kubernetes, service: audit}
        filter:
          rules: [exec_into_pod]
          jane: {user.username: jane@example.com}
          condition: not jane
        """;

    [Fact]
    public async Task Backtest_RuleAndFilter_TellsWhatTheyRaiseAndRemoveByDay()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rule.yml", Rules.Low);
        folder.Write("filter.yml", JaneMayExec);

        var text = await Cli.RunAsync("detections", "backtest", Sample.Path, "--rules", folder.ToString());
        var json = await JsonAsync("--rules", folder.ToString());

        Assert.Equal(0, text.ExitCode);
        Assert.Matches(@"2026-11-21 +namespace_payments_created +low +0 +1 +1 +0\n", text.Out);
        Assert.Matches(@"2026-11-21 +exec_into_pod +high +1 +0 +0 +1\n", text.Out);
        Assert.Contains("1 alert more and 1 less in 1 day", text.Out, StringComparison.Ordinal);
        Assert.Contains("cannot be told from fewer than", text.Out, StringComparison.Ordinal);
        Assert.Equal(["day", "day", "raised", "removed", "cost"], json.Select(line => line.GetProperty("type").GetString()));
        Assert.Equal(Sample.Lines.Count, json[^1].GetProperty("events").GetInt32());
    }

    [Fact]
    public async Task Backtest_SetThatWouldRun_RaisesWhatAScanWithItRaises()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rule.yml", Rules.Low);
        var scan = AlertLine.Parse(await Cli.RunAsync("scan", Sample.Path, "--detections", "builtin", "--detections", folder.ToString(), "--format", "json"));

        var raised = (await JsonAsync("--rules", folder.ToString())).Where(line => line.GetProperty("type").GetString() == "raised").Select(line => line.GetProperty("alert").GetProperty("id").GetString());

        Assert.Equal(scan.Except(await Sample.ScanAsync()).Select(alert => alert.Id), raised);
    }

    [Fact]
    public async Task Backtest_RuleWithTheNameOfAnother_TakesItsPlace()
    {
        using var folder = new TemporaryFolder();
        var shipped = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "detections", "execution", "exec_into_pod.yml"));
        folder.Write("exec.yml", shipped.Replace("level: high", "level: low", StringComparison.Ordinal));

        var days = (await JsonAsync("--rules", folder["exec.yml"])).Where(line => line.GetProperty("type").GetString() == "day").ToList();

        Assert.Equal(["high 1 0", "low 0 1"], days.Select(day => $"{day.GetProperty("level").GetString()} {day.GetProperty("now").GetInt32()} {day.GetProperty("then").GetInt32()}"));
    }

    [Fact]
    public async Task Backtest_WhyNot_TellsTheClauseThatAloneKeptRequests()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("rule.yml", Rules.Low.Replace("objectRef.name: payments", "objectRef.name: paiments", StringComparison.Ordinal));

        var text = await Cli.RunAsync("detections", "backtest", Sample.Path, "--rules", folder.ToString(), "--why-not");
        var miss = Assert.Single(await JsonAsync("--rules", folder.ToString(), "--why-not"), line => line.GetProperty("type").GetString() == "nearMiss" && line.GetProperty("clause").GetString()!.StartsWith("objectRef.name:", StringComparison.Ordinal));

        Assert.Contains($"without objectRef.name: 'paiments' in this letter case  ({file}:10:", text.Out, StringComparison.Ordinal);
        Assert.Contains(miss.GetProperty("values").EnumerateArray(), value => value.GetProperty("value").GetString() == "payments");
        Assert.Contains(Sample.Lines, line => line.Contains(miss.GetProperty("example").GetProperty("auditID").GetString()!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Backtest_Since_TellsOnlyOfWhatWasOpenedFromThenOn()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rule.yml", Rules.Low);

        var before = await JsonAsync("--rules", folder.ToString(), "--since", "2026-11-21T00:00:00Z");
        var after = await JsonAsync("--rules", folder.ToString(), "--since", "2026-11-22T00:00:00Z");

        Assert.Contains(before, line => line.GetProperty("type").GetString() == "raised");
        Assert.Equal(["cost"], after.Select(line => line.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData("detections backtest nowhere.log --rules .", "there is no file 'nowhere.log'")]
    [InlineData("detections backtest SAMPLE", "--rules")]
    [InlineData("detections backtest SAMPLE --rules nowhere", "there is no file or folder of detections 'nowhere'")]
    [InlineData("detections backtest SAMPLE --rules BUILTIN --since yesterday", "'yesterday' is not a time")]
    public async Task Backtest_WrongArguments_AreUsageErrors(string command, string problem)
    {
        var builtin = Path.Combine(AppContext.BaseDirectory, "detections");

        var result = await Cli.RunAsync(command.Split(' ').Select(word => word == "SAMPLE" ? Sample.Path : word == "BUILTIN" ? builtin : word).ToArray());

        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<JsonElement>> JsonAsync(params string[] arguments)
    {
        var result = await Cli.RunAsync(["detections", "backtest", Sample.Path, "--format", "json", .. arguments]);
        Assert.Equal(0, result.ExitCode);
        return [.. result.OutLines.Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
