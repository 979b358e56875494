using System.Text;

namespace AuditWatch.EndToEnd.Scan;

/// <summary>What a scan makes of input that is no clean log: rubbish, hostile text, odd times, nothing at all.</summary>
[TakesLong]
public sealed class ScanInputTests
{
    [Fact]
    public async Task Scan_LogCutOffInTheMiddleOfAnEvent_ReadsTheRestAndReportsThePlace()
    {
        var log = await File.ReadAllBytesAsync(Sample.Path);
        var cut = log[..^40];

        var result = await Cli.RunAsync(cut, "scan", "-", "--format", "json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(await Sample.ScanAsync(), AlertLine.Parse(result));
        Assert.Contains($"stdin:{Sample.Lines.Count}:", result.Error, StringComparison.Ordinal);
        Assert.Contains($"{Sample.Lines.Count - 1:N0} events, 1 rejected", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_BinaryFile_IsRejectedAndCounted()
    {
        using var folder = new TemporaryFolder();
        var noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(folder["audit.log"], noise);

        var result = await Cli.RunAsync("scan", folder["audit.log"], "--detections", Rules.Exec);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("audit.log: no audit event could be read from it", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"0 events, [1-9][\d,]* rejected", result.Error);
        Assert.DoesNotContain('\e', result.Out + result.Error);
        Assert.True(result.Error.Split('\n').Length < 10, "a rejection of a kind is reported once, not once a line");
    }

    [Fact]
    public async Task Scan_RubbishBetweenEvents_ReportsEachKindOnceWithItsPlaceAndCount()
    {
        var log = Encoding.UTF8.GetBytes($"{Sample.Lines[0]}\nrubbish\n{{\"a\":1}}\nrubbish\n{Sample.Lines[1]}\n");

        var result = await Cli.RunAsync(log, "scan", "-", "--detections", Rules.Exec);

        Assert.Contains("2 events, 3 rejected", result.Error, StringComparison.Ordinal);
        Assert.Contains("stdin:2:1: not a JSON object (and 1 more)", result.Error, StringComparison.Ordinal);
        Assert.Contains("stdin:3:1: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("stdin:4:", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task Scan_WhatIsSkipped_IsShownByItsBeginningWithoutSecrets(string format)
    {
        var log = Encoding.UTF8.GetBytes($"{Sample.Lines[0]}\nI1120 10:00:01.000000 1 server.go:7] \u001b[31mlogin --password hunter2\n{{\"kind\":\"Secret\",\"data\":{{\"a\":\"c2VjcmV0\"}}}}\n{Sample.Lines[1]}\n");

        var result = await Cli.RunAsync(log, "scan", "-", "--format", format, "--detections", Rules.Exec);

        Assert.Contains("\n    such as: {\"kind\":\"Secret\",\"data\":{\"a\":…}}\n", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"\n    such as: I1120 10:00:01.000000 1 server.go:7\] .*login --password <redacted>\n", result.Error);
        Assert.DoesNotContain("hunter2", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Error);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("[]")]
    [InlineData("2026-11-20T10:00:01.5Z stdout F {\"kind\":\"Event\"}\n")]
    [InlineData("{\"auditID\":\"a\",\"stage\":\"ResponseComplete\"}\n")]
    public async Task Scan_NoEventInIt_IsNotClean(string input)
    {
        var result = await Cli.RunAsync(Encoding.UTF8.GetBytes(input), "scan", "-", "--fail-on", "low", "--detections", Rules.Exec);

        Assert.Equal((1, ""), (result.ExitCode, result.Out));
        Assert.Contains("stdin: no audit event could be read from it", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_OneOfTwoFilesIsNoLog_IsNotClean()
    {
        using var folder = new TemporaryFolder();
        folder.Write("other.log", "rubbish\n");

        var result = await Cli.RunAsync("scan", Sample.Path, folder["other.log"], "--format", "json");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(await Sample.ScanAsync(), AlertLine.Parse(result));
        Assert.Contains("other.log: no audit event could be read from it", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("critical", 1)]
    public async Task Scan_RubbishAmongEvents_DoesNotPassFailOn(string? level, int exitCode)
    {
        var log = Encoding.UTF8.GetBytes($"{Sample.Lines[0]}\nrubbish\n");

        var result = await Cli.RunAsync(log, ["scan", "-", "--detections", Rules.Exec, .. level is null ? Array.Empty<string>() : ["--fail-on", level]]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal(level is not null, result.Error.Contains("--fail-on does not let that pass", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scan_TimesThatCannotBeRead_MakeNoBurst()
    {
        var denied = Sample.Lines.First(line => line.Contains("mallory", StringComparison.Ordinal) && line.Contains("\"code\":403", StringComparison.Ordinal));
        var log = string.Concat(Enumerable.Range(0, 40).Select(i => denied
            .Replace("2026-11-21T", "the 21st of November 2026 at ", StringComparison.Ordinal)
            .Replace("\"auditID\":\"", $"\"auditID\":\"{i}", StringComparison.Ordinal) + "\n"));

        var result = await Cli.RunAsync(Encoding.UTF8.GetBytes(log), "scan", "-");

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("burst", result.Out, StringComparison.Ordinal);
        Assert.Contains("40 events have no time that can be read", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_LogsInTheWrongOrder_SaysThatCorrelationsMissedSome()
    {
        var denied = Sample.Lines.First(line => line.Contains("mallory", StringComparison.Ordinal) && line.Contains("\"code\":403", StringComparison.Ordinal));
        var log = Encoding.UTF8.GetBytes(denied + "\n" + denied.Replace("2026-11-21T00:", "2026-11-20T00:", StringComparison.Ordinal));

        var result = await Cli.RunAsync(log, "scan", "-");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("late and was not counted by the correlation forbidden_burst", result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Scan_OutputThatIsFull_SaysSoAndExitsWith2()
    {
        Skip.IfNot(File.Exists("/dev/full"), "needs /dev/full, which Linux has");

        var result = await Cli.RunProcessAsync("/bin/bash", [], "-c", $"'{Cli.Executable}' scan '{Sample.Path}' > /dev/full");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("No space left on device", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_EmptyInput_FindsNothing()
    {
        var result = await Cli.RunAsync("scan", "-", "--format", "json", "--detections", Rules.Exec);

        Assert.Equal((0, ""), (result.ExitCode, result.Out));
        Assert.Contains("0 events, 0 rejected, 0 findings, 0 alerts", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_EventWithTerminalEscapes_ShowsThemInsteadOfActingOnThem()
    {
        var attack = HostileEvent();

        var table = await Cli.RunAsync(attack, "scan", "-");
        var json = await Cli.RunAsync(attack, "scan", "-", "--format", "json");

        Assert.Contains("secret_deleted", table.Out, StringComparison.Ordinal);
        Assert.Contains(@"\u001b[2J", table.Out, StringComparison.Ordinal);
        Assert.Contains("[bold]", table.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(table.Out + json.Out, character => char.IsControl(character) && character != '\n');
        Assert.DoesNotContain('\u202e', table.Out + json.Out);
        Assert.Equal("[bold]ev\e[2Jil\u202e@example.com", AlertLine.Parse(json).Single().Actor);
    }

    [SkippableFact]
    public async Task Scan_OnATerminal_ColoursLevelsAndActsOnNothingInTheEvents()
    {
        Skip.IfNot(Tools.Has("script"), "needs script(1), which makes a terminal (apt-get install bsdutils)");
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["audit.log"], HostileEvent());

        var result = await Cli.RunProcessAsync(
            "/bin/bash", [], "-c", $"TERM=xterm-256color COLUMNS=120 script -qec \"'{Cli.Executable}' scan '{folder["audit.log"]}'\" /dev/null");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("\e[", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[2Jil", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', result.Out);
    }

    private static byte[] HostileEvent() => Encoding.UTF8.GetBytes(
        """
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"1","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/a/secrets/b","verb":"delete","user":{"username":"[bold]ev\u001b[2Jil\u202e@example.com"},"sourceIPs":["192.0.2.1"],"objectRef":{"resource":"secrets","namespace":"a","name":"b","apiVersion":"v1"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-11-21T00:24:50.799935Z","stageTimestamp":"2026-11-21T00:24:50.802093Z"}
        """);
}
