namespace AuditWatch.EndToEnd;

/// <summary>The filters that come with the executable, switched on by name.</summary>
public sealed class ShippedFiltersTests
{
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "filters"), "*.yml").Select(file => Path.GetFileName(file)).Where(file => !file.EndsWith(".tests.yml", StringComparison.Ordinal)).Select(file => file[..^4]).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Filter_BesideTheShippedDetections_PassesItsTests(string name)
    {
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "filters", name + ".tests.yml")), $"{name} has no tests");

        var check = await Cli.RunAsync("detections", "check", "builtin", $"filter:{name}");
        var test = await Cli.RunAsync("detections", "test", "builtin", $"filter:{name}");

        Assert.Equal((0, ""), (check.ExitCode, check.Out));
        Assert.True(test.ExitCode == 0, test.Out);
    }

    [Fact]
    public async Task Filter_Unknown_IsAUsageErrorThatNamesTheNearest()
    {
        var result = await Cli.RunAsync("scan", Sample.Path, "--detections", "builtin", "--detections", "filter:cert-manger");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("no filter 'cert-manger' comes with auditwatch; did you mean 'cert-manager'?", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_InTheConfiguration_IsTaken()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("auditwatch.yaml", "detections: [builtin, filter:cert-manager, filter:velero]\n");

        var check = await Cli.RunAsync("config", "check", file);

        Assert.True(check.ExitCode == 0, check.Out + check.Error);
    }
}
