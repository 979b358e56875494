using System.Text.Json;

namespace AuditWatch.EndToEnd.Config;

public sealed class ConfigRoutesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _file;

    public ConfigRoutesTests() => _file = DeployedConfiguration.WriteTo(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Show_Tree_IsPrintedWithWhatIsInherited()
    {
        var result = await Cli.RunAsync("config", "routes", "show", "--config", _file);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
        [
            "{} -> archive  groupBy: [...]  groupWait: 0s  groupInterval: 5m  repeatInterval: 4h",
            """├── {level!="informational"} -> programs  continue  groupBy: [...]  groupWait: 0s  groupInterval: 5m  repeatInterval: 4h""",
            """├── {level="critical"} -> on-call  continue  groupBy: [...]  groupWait: 0s  groupInterval: 5m  repeatInterval: 1h  escalate: [lead after 15m]""",
            """├── {level=~"high|critical"} -> soc  groupBy: [detection, cluster]  groupWait: 30s  groupInterval: 5m  repeatInterval: 4h""",
            """│   └── {actor.kind="human",namespace!~"sandbox-.*"} -> on-call  groupBy: [detection, cluster]  groupWait: 30s  groupInterval: 5m  repeatInterval: 4h  muteTimeIntervals: [end-of-year-freeze]""",
            """└── {level="medium",tag="attack.credential-access"} -> soc  groupBy: [...]  groupWait: 0s  groupInterval: 5m  repeatInterval: 4h  activeTimeIntervals: [nights-and-weekends]""",
        ], result.OutLines);
    }

    [Fact]
    public async Task Test_Labels_PrintsReceiversAndWhatMutesThem()
    {
        var result = await Cli.RunAsync(
            "config", "routes", "test", "--config", _file, "--label", "level=critical", "--label", "actor.kind=human", "--at", "2026-12-25T00:00:00Z");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
        [
            """programs  {}/{level!="informational"}  groupBy: [...]  groupWait: 0s  groupInterval: 5m  repeatInterval: 4h""",
            """on-call  {}/{level="critical"}  groupBy: [...]  groupWait: 0s  groupInterval: 5m  repeatInterval: 1h  escalate: [lead after 15m]""",
            """on-call  {}/{level=~"high|critical"}/{actor.kind="human",namespace!~"sandbox-.*"}  groupBy: [detection, cluster]  groupWait: 30s  groupInterval: 5m  repeatInterval: 4h  muted: in end-of-year-freeze""",
        ], result.OutLines);
    }

    [Fact]
    public async Task Test_Json_IsAnObjectALine()
    {
        var result = await Cli.RunAsync(
            "config", "routes", "test", "--config", _file, "--label", "level=medium", "--label", "tag=attack.t1078", "--label", "tag=attack.credential-access",
            "--at", "2026-11-24T12:00:00Z", "--json");

        Assert.Equal(2, result.OutLines.Length);
        var route = JsonDocument.Parse(result.OutLines[1]).RootElement;
        Assert.Equal("soc", route.GetProperty("receiver").GetString());
        Assert.Equal("""{}/{level="medium",tag="attack.credential-access"}""", route.GetProperty("path").GetString());
        Assert.Equal(["..."], route.GetProperty("groupBy").EnumerateArray().Select(label => label.GetString()));
        Assert.Equal("0s 5m 4h", string.Join(' ', new[] { "groupWait", "groupInterval", "repeatInterval" }.Select(key => route.GetProperty(key).GetString())));
        Assert.Equal("outside nights-and-weekends", route.GetProperty("muted").GetString());
        Assert.Equal("[]", route.GetProperty("escalate").GetRawText());
    }

    [Theory]
    [InlineData("level=informational", "archive", 0, "")]
    [InlineData("level=low", "programs", 0, "")]
    [InlineData("level=critical", "programs,on-call,on-call", 1, "expected programs, on-call, on-call, not programs, on-call, soc\n")]
    [InlineData("level=high", "programs, soc ", 0, "")]
    [InlineData("level=high", "on-call", 1, "expected on-call, not programs, soc\n")]
    public async Task Test_Expect_DecidesTheExitCode(string label, string expected, int exitCode, string error)
    {
        // Without a kind, and in a sandbox: not of a person.
        var result = await Cli.RunAsync("config", "routes", "test", "--config", _file, "--label", label, "--label", "namespace=sandbox-1", "--expect", expected);

        Assert.Equal((exitCode, error), (result.ExitCode, result.Error));
        Assert.NotEmpty(result.OutLines);
    }

    [Fact]
    public async Task Test_NoReceivers_ExitsWith1()
    {
        var result = await Cli.RunAsync("config", "routes", "test", "--config", _folder.Write("empty.yaml", "{}"), "--label", "level=low");

        Assert.Equal((1, "", "there are no receivers: alerts go to the console\n"), (result.ExitCode, result.Out, result.Error));
    }

    [Theory]
    [InlineData("level", "'level' is not a label such as level=high")]
    [InlineData("levl=high", "--label levl=high: alerts have no label 'levl'; did you mean 'level'?")]
    [InlineData("level=hihg", "--label level=hihg: no level is 'hihg'; did you mean 'high'?")]
    [InlineData("tag=x,level=low", null)]
    [InlineData("actor=a\"b\\c=d", null)]
    public async Task Test_Label_IsOneOfAnAlert(string label, string? error)
    {
        var result = await Cli.RunAsync("config", "routes", "test", "--config", _file, "--label", label);

        Assert.Equal((error is null ? 0 : 2, error ?? ""), (result.ExitCode, error is null ? result.Error : result.Error[..error.Length]));
    }

    [Fact]
    public async Task Test_WrongConfiguration_ExitsWith2AndSaysAllThatIsWrong()
    {
        var file = _folder.Write("wrong.yaml", "route: {receiver: a, groupBy: [levl]}");

        var result = await Cli.RunAsync("config", "routes", "test", "--config", file, "--label", "level=low");

        Assert.Equal((2, "", 2), (result.ExitCode, result.Out, result.Error.TrimEnd().Split('\n').Length));
    }
}
