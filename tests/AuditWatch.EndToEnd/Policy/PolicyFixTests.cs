namespace AuditWatch.EndToEnd.Policy;

public sealed class PolicyFixTests
{
    private const string Policy = """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived, ResponseStarted]
        rules:
          # Nobody reads these.
          - level: None
            verbs: [get, list, watch]
          - level: Metadata
        """;

    [Fact]
    public async Task Fix_ThenCheck_FindsNoGapAndCommentsAreThere()
    {
        using var folder = new TemporaryFolder();
        var (file, fixedFile) = (folder.Write("policy.yaml", Policy), folder["fixed.yaml"]);

        var before = await Cli.RunAsync("policy", "check", "--policy", file, "--fail-on", "partial");
        var fix = await Cli.RunAsync("policy", "fix", "--policy", file, "-o", fixedFile);
        var after = await Cli.RunAsync("policy", "check", "--policy", fixedFile, "--fail-on", "partial");

        Assert.Equal((1, 0, 0), (before.ExitCode, fix.ExitCode, after.ExitCode));
        Assert.Equal("", fix.Out);
        Assert.Contains("all see what they need", fix.Error, StringComparison.Ordinal);
        Assert.Contains("  # Nobody reads these.\n  - level: None\n    verbs: [get, list, watch]\n  ", await File.ReadAllTextAsync(fixedFile), StringComparison.Ordinal);
        Assert.DoesNotContain("To fix it", after.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ManyBlindDetections_TellsEachChangeOnceInLinesThatFit()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("policy.yaml", Policy);

        var check = await Cli.RunAsync("policy", "check", "--policy", file);
        var fix = await Cli.RunAsync("policy", "fix", "--policy", file);

        var fixes = check.Out[check.Out.IndexOf("\nTo fix it", StringComparison.Ordinal)..].Split('\n');
        Assert.Single(fixes, line => line == "before the rule in line 6");
        Assert.Single(fixes, line => line == "take ResponseStarted out of the omitStages of the policy");
        Assert.All(fixes, line => Assert.True(line.Length <= 80, line));

        // To be copied as they are.
        Assert.All(fixes.Where(line => line.StartsWith("  ", StringComparison.Ordinal)), line => Assert.Contains(line + "\n", fix.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fix_FileThatIsNoPolicy_IsAUsageErrorAndWritesNothing()
    {
        using var folder = new TemporaryFolder();

        var result = await Cli.RunAsync("policy", "fix", "--policy", folder.Write("policy.yaml", "rules: 7"), "-o", folder["fixed.yaml"]);

        Assert.Equal(2, result.ExitCode);
        Assert.False(File.Exists(folder["fixed.yaml"]));
    }
}
