namespace AuditWatch.EndToEnd;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("scan")]
    [InlineData("scan", "-", "--format", "xml")]
    [InlineData("scan", "-", "--fail-on", "terrible")]
    [InlineData("scan", "-", "--no-such-option")]
    [InlineData("scan", "-", "--detections", "/no/such/folder")]
    [InlineData("no-such-command")]
    [InlineData("run", "--listen", "nonsense")]
    [InlineData("run", "--listen", "0.0.0.0:9880")]
    [InlineData("run", "--listen", ":9880")]
    [InlineData("run", "--config", "/no/such/auditwatch.yaml")]
    [InlineData("run", "--from-start")]
    [InlineData("run", "--file", "/")]
    [InlineData("detections", "check", "/no/such/folder")]
    [InlineData("config", "check", "/no/such/auditwatch.yaml")]
    [InlineData("config", "check", "/")]
    [InlineData("config", "routes", "show")]
    [InlineData("config", "routes", "show", "--config", "/no/such/auditwatch.yaml")]
    [InlineData("config", "routes", "test", "--config", "/dev/null", "--label", "level=low", "--label", "level=high")]
    [InlineData("config", "routes", "test", "--config", "/dev/null", "--at", "yesterday")]
    [InlineData("alerts", "list", "--limit", "0")]
    [InlineData("alerts", "list", "--level", "terrible")]
    [InlineData("alerts", "list", "--url", "ftp://127.0.0.1/")]
    [InlineData("alerts", "list", "--url", "http://127.0.0.1:9880/api")]
    [InlineData("alerts", "list", "--url", "unix:")]
    [InlineData("alerts", "list", "--url", "unix:/tmp", "--config", "auditwatch.yaml")]
    [InlineData("alerts", "list", "--config", "/no/such/auditwatch.yaml")]
    [InlineData("alerts", "list", "--config", "/dev/null")]
    [InlineData("alerts", "show")]
    [InlineData("alerts", "show", "../silences")]
    [InlineData("alerts", "acknowledge", "--by", "jane")]
    [InlineData("silence", "expire", "x")]
    [InlineData("dead-letters", "resend")]
    [InlineData("dead-letters", "drop", "--all", "0000000000000001")]
    public async Task WrongUsage_ExitsWith2AndExplainsOnStandardError(params string[] arguments)
    {
        var result = await Cli.RunAsync(arguments);

        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.NotEmpty(result.Error);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no command 'auditwatch scann'; did you mean 'scan'?\n'auditwatch --help' lists the commands.\n", "scann", "audit.log")]
    [InlineData("there is no command 'auditwatch alerts akc'; did you mean 'ack'?\n'auditwatch alerts --help' lists the commands.\n", "alerts", "akc", "67f1")]
    [InlineData("there is no command 'auditwatch nonsense'\n'auditwatch --help' lists the commands.\n", "nonsense")]
    public async Task MistypedCommand_SaysWhichWasMeant(string expected, params string[] arguments)
    {
        var result = await Cli.RunAsync(arguments);

        Assert.Equal((2, "", expected), (result.ExitCode, result.Out, result.Error));
    }

    [Fact]
    public async Task Run_AddressInUse_ExitsWith2AndSaysSoInALine()
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();

        var result = await Cli.RunAsync("run", "--listen", other.LocalEndpoint.ToString()!);

        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.StartsWith($"cannot listen on {other.LocalEndpoint}: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData]
    [InlineData("scan")]
    [InlineData("run")]
    [InlineData("detections", "check")]
    [InlineData("detections", "test")]
    [InlineData("detections", "list")]
    [InlineData("config", "check")]
    [InlineData("config", "routes", "show")]
    [InlineData("config", "routes", "test")]
    [InlineData("alerts", "list")]
    [InlineData("alerts", "show")]
    [InlineData("alerts", "acknowledge")]
    [InlineData("alerts", "close")]
    [InlineData("alerts", "assign")]
    [InlineData("alerts", "note")]
    [InlineData("notify", "test")]
    [InlineData("silence", "add")]
    [InlineData("silence", "list")]
    [InlineData("silence", "expire")]
    [InlineData("dead-letters", "list")]
    [InlineData("dead-letters", "resend")]
    [InlineData("dead-letters", "drop")]
    [InlineData("sources", "list")]
    [InlineData("sources", "forget")]
    public async Task Help_AnyCommand_EndsWithExamples(params string[] command)
    {
        var result = await Cli.RunAsync([.. command, "--help"]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Examples:\n", result.Out, StringComparison.Ordinal);
        Assert.Contains($"auditwatch {string.Join(' ', command)}".TrimEnd(), result.Out, StringComparison.Ordinal);
    }
}
