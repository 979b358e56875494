using System.Text.Json;

namespace AuditWatch.EndToEnd.Policy;

public sealed class PolicyCommandTests
{
    private const string NoReads = """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        rules:
          - level: None
            verbs: [get, list, watch]
          - level: Metadata
        """;

    [Fact]
    public async Task Check_PolicyThatHidesReads_SaysWhoIsBlindAndWhichRuleItIs()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("policy.yaml", NoReads);

        var text = await Cli.RunAsync("policy", "check", "--policy", file);
        var json = await Cli.RunAsync("policy", "check", "--policy", file, "--format", "json");
        var github = await Cli.RunAsync("policy", "check", "--policy", file, "--format", "github");

        Assert.Matches(@"\nblind +high +secret_access_denied|\nblind +\w+ +secret_read_by_service_account", text.Out);
        Assert.Contains($"{file}:4:5: level: None", text.Out, StringComparison.Ordinal);
        var exec = json.OutLines.Select(line => JsonDocument.Parse(line).RootElement).First(line => line.GetProperty("detection").GetString() == "exec_into_pod");
        Assert.Equal(("partial", 4), (exec.GetProperty("verdict").GetString(), exec.GetProperty("gaps")[0].GetProperty("line").GetInt32()));
        Assert.StartsWith($"::error file={file},line=4,col=5::blind (level: None): ", github.Out, StringComparison.Ordinal);
        Assert.All([text, json, github], result => Assert.Equal(0, result.ExitCode));
    }

    [Theory]
    [InlineData("blind", NoReads, 1)]
    [InlineData("blind", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]", 0)]
    [InlineData("partial", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]", 1)]
    [InlineData("partial", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: RequestResponse}]", 0)]
    [InlineData("blind", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: RequestResponse, verb: [get]}]", 1)]
    [InlineData("blind", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Everything}]", 1)]
    public async Task Check_FailOn_ExitsAccordingly(string failOn, string policy, int code)
    {
        using var folder = new TemporaryFolder();

        var result = await Cli.RunAsync("policy", "check", "--policy", folder.Write("policy.yaml", policy), "--fail-on", failOn);

        Assert.Equal(code, result.ExitCode);
    }

    [Fact]
    public async Task Check_NoSuchFile_IsAUsageError() => Assert.Equal(2, (await Cli.RunAsync("policy", "check", "--policy", "nowhere.yaml")).ExitCode);

    [Fact]
    public async Task Generate_ThenCheck_ReportsNoBlindDetection()
    {
        using var folder = new TemporaryFolder();
        var policy = folder.Write("policy.yaml", (await Cli.RunAsync("policy", "generate")).Out);

        Assert.Equal(0, (await Cli.RunAsync("policy", "check", "--policy", policy, "--fail-on", "partial")).ExitCode);
    }

    [Theory]
    [InlineData("None, nothing is written\n{0}:4:5: - {{level: None, verbs: [get, list, watch]}}\n", "--verb", "get", "--resource", "secrets", "--namespace", "x", "--user", "y")]
    [InlineData("Metadata, written at RequestReceived, ResponseStarted, ResponseComplete\n{0}:6:5: - {{level: Metadata}}\n", "--verb", "create", "--resource", "pods/exec")]
    [InlineData("Metadata, written at RequestReceived, ResponseComplete\n{0}:6:5: - {{level: Metadata}}\n", "--verb", "post", "--path", "/metrics")]
    public async Task Explain_Request_SaysLevelStagesAndRule(string expected, params string[] request)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("policy.yaml", NoReads);

        var result = await Cli.RunAsync(["policy", "explain", "--policy", file, .. request]);

        Assert.Equal(string.Format(null, expected, file), result.Out);
    }

    [Theory]
    [InlineData("gett", "secrets", "there is no 'gett' of secrets; its verbs are get, list")]
    [InlineData("get", "secret", "Kubernetes has no resource 'secret'; did you mean 'secrets'?")]
    [InlineData("create", "pods/exce", "pods have no subresource 'exce'; did you mean 'exec'?")]
    [InlineData("list", "pods/exec", "there is no 'list' of pods/exec; its verbs are get, create")]
    public async Task Explain_RequestThatDoesNotExist_IsRefused(string verb, string resource, string problem)
    {
        using var folder = new TemporaryFolder();
        var policy = folder.Write("policy.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  - level: Metadata\n");

        var result = await Cli.RunAsync("policy", "explain", "--policy", policy, "--verb", verb, "--resource", resource);

        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_CustomResource_IsExplained()
    {
        using var folder = new TemporaryFolder();
        var policy = folder.Write("policy.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  - level: Metadata\n");

        var result = await Cli.RunAsync("policy", "explain", "--policy", policy, "--verb", "list", "--resource", "widgets.example.com");

        Assert.Equal(0, result.ExitCode);
    }
}
