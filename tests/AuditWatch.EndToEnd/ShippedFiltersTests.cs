namespace AuditWatch.EndToEnd;

/// <summary>The filters that come with the executable, switched on by name.</summary>
public sealed class ShippedFiltersTests
{
    [Fact]
    public async Task Filters_AllBesideTheShippedDetections_PassTheirTestsAndTheDetectionsTheirs()
    {
        string[] filters = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "filters"), "*.yml").Where(file => !file.EndsWith(".tests.yml", StringComparison.Ordinal))];
        Assert.All(filters, file => Assert.True(File.Exists(Path.ChangeExtension(file, ".tests.yml")), $"{file} has no tests"));
        string[] paths = ["builtin", .. filters.Select(file => $"filter:{Path.GetFileNameWithoutExtension(file)}")];

        var check = await Cli.RunAsync(["detections", "check", .. paths]);
        var test = await Cli.RunAsync(["detections", "test", .. paths]);

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
