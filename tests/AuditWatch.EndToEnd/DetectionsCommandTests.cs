namespace AuditWatch.EndToEnd;

public sealed class DetectionsCommandTests
{
    [Fact]
    public async Task Check_ShippedDetections_IsFine()
    {
        var result = await Cli.RunAsync("detections", "check");

        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Check_BrokenRule_ExitsWith1AndSaysWhere()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("broken.yml", Rules.Low.Replace("condition: selection", "condition: selektion", StringComparison.Ordinal));

        var result = await Cli.RunAsync("detections", "check", folder.ToString());

        Assert.Equal(1, result.ExitCode);
        Assert.Matches($@"{file}:11:\d+: error: ", result.Out);
    }

    [Fact]
    public async Task Test_ShippedDetections_Pass()
    {
        var result = await Cli.RunAsync("detections", "test");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"\d+ passed, 0 failed", result.Out);
    }

    [Fact]
    public async Task Test_TestThatFails_ExitsWith1AndNamesIt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rule.yml", Rules.Low);
        folder.Write(
            "rule.tests.yml",
            """
            defaults: {verb: create, objectRef: {resource: namespaces, name: other}}
            tests:
              - name: another namespace fires too
                fires: true
                event: {}
            """);

        var result = await Cli.RunAsync("detections", "test", folder.ToString());

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("another namespace fires too", result.Out, StringComparison.Ordinal);
        Assert.Contains("0 passed, 1 failed", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ShippedDetections_NamesThemAll()
    {
        var result = await Cli.RunAsync("detections", "list");

        Assert.Equal(0, result.ExitCode);
        Assert.All(SampleAttacks.All, attack => Assert.Contains(attack.Detection, result.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Scan_BrokenRule_IsAConfigurationErrorThatSaysWhere()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("broken.yml", "title: [");

        var result = await Cli.RunAsync("scan", Sample.Path, "--detections", folder.ToString());

        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains($"{file}:", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_BuiltinAndAFolder_RunsBoth()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rule.yml", Rules.Low);

        var result = await Cli.RunAsync("scan", Sample.Path, "--detections", "builtin", "--detections", folder.ToString(), "--format", "json");

        var builtin = await Sample.ScanAsync();
        var own = Assert.Single(AlertLine.Parse(result).Except(builtin));
        Assert.Equal(("namespace_payments_created", "low", builtin.Count + 1), (own.Detection, own.Level, result.OutLines.Length));
    }
}
