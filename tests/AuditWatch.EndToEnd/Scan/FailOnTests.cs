namespace AuditWatch.EndToEnd.Scan;

public sealed class FailOnTests
{
    [Theory]
    [InlineData("high")]
    [InlineData("MEDIUM")]
    public async Task Scan_FailOnALevelThatIsReached_ExitsWith1AndStillPrints(string level)
    {
        var result = await Cli.RunAsync("scan", Sample.Path, "--format", "json", "--fail-on", level);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(await Sample.ScanAsync(), AlertLine.Parse(result));
    }

    [Fact]
    public async Task Scan_FailOnALevelThatIsNotReached_ExitsWith0()
    {
        using var folder = new TemporaryFolder();
        folder.Write("harmless.yml", Rules.Low);

        var result = await Cli.RunAsync("scan", Sample.Path, "--detections", folder.ToString(), "--format", "json", "--fail-on", "high");

        Assert.Equal((0, 1), (result.ExitCode, result.OutLines.Length));
    }
}
