using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Kube;

namespace AuditWatch.EndToEnd.Try;

/// <summary><c>CLUSTER=kind deploy/try/run</c>, with stand-ins for kind and Docker.</summary>
public sealed partial class KindTryTests
{
    [SkippableFact]
    public async Task Run_WithKind_ShowsTheAlertsAndDeletesTheCluster()
    {
        var (binaries, missing) = KubeBinaries.Find();
        Skip.If(binaries is null, missing);
        using var kind = new KindStandIn(binaries);
        using var temporary = new TemporaryFolder();

        var result = await Cli.RunProcessAsync("/usr/bin/env", [], [.. kind.Environment, $"TMPDIR={temporary}", "PACE=0", "CLUSTER=kind", "/bin/bash", TryTests.Script]);

        Assert.True(result.ExitCode == 0, $"{result.Out}\n{result.Error}");
        Assert.Contains("HIGH  Exec into a pod\n  alice@example.com ran env in pod shop/cart (allowed)\n", result.Out, StringComparison.Ordinal);
        Assert.All(SampleAttacks.All, attack => Assert.Contains($" {attack.Detection} ", result.Out, StringComparison.Ordinal));
        Assert.Equal(
            [
                "docker network create NAME",
                "docker network inspect NAME --format {{(index .IPAM.Config 0).Gateway}}",
                "kind create cluster --name NAME --config kind.yaml --kubeconfig kubeconfig --wait 3m",
                $"kind delete cluster --name NAME --kubeconfig {temporary}/WORK/kubeconfig",
                "docker network rm NAME",
            ],
            kind.Asked.Select(command => ChangingPattern().Replace(command, match => match.Value[0] == '/' ? "/WORK/" : "NAME")));
        Assert.Single(kind.Asked.SelectMany(command => NamePattern().Matches(command)).Select(match => match.Value).Distinct());
        Assert.False(kind.HasAny);
        TryTests.AssertNothingIsLeft(temporary);

        const string tokens = "--token-auth-file=/etc/kubernetes/auditwatch/tokens.csv";
        var shipped = ShippedAudit.Read("kind.yaml");
        Assert.Equal(shipped, string.Concat(kind.Config.Split('\n').Where(line => !line.Contains("token-auth-file", StringComparison.Ordinal)).Select(line => line + "\n"))[..^1]);
        Assert.Equal([tokens, tokens], TokenFlagPattern().Matches(kind.Config).Select(match => $"--token-auth-file={match.Groups[1].Value}"));
    }

    [SkippableFact]
    public async Task Run_InterruptedWhileKindMakesTheCluster_DeletesIt()
    {
        var (binaries, missing) = KubeBinaries.Find();
        Skip.If(binaries is null, missing);
        using var kind = new KindStandIn(binaries);
        using var temporary = new TemporaryFolder();

        var result = await Cli.RunProcessAsync("/usr/bin/env", [], [.. kind.Environment, $"TMPDIR={temporary}", "INTERRUPTS=yes", "CLUSTER=kind", "/bin/bash", TryTests.Script]);

        Assert.True(result.ExitCode == 130, $"{result.ExitCode}\n{result.Out}\n{result.Error}");
        Assert.Equal(["docker network create", "docker network inspect", "kind create cluster", "kind delete cluster", "docker network rm"], kind.Asked.Select(FirstThree));
        Assert.False(kind.HasAny);
        TryTests.AssertNothingIsLeft(temporary);
    }

    [Fact]
    public async Task Run_WithNothingButKindAndADockerThatDoesNotAnswer_TakesKindAndSaysWhatDockerSays()
    {
        using var path = new TemporaryFolder();
        using var temporary = new TemporaryFolder();
        foreach (var program in new[] { "bash", "cat", "curl", "dirname", "grep", "kubectl", "mkdir", "mktemp", "openssl", "rm", "tail" })
        {
            File.CreateSymbolicLink(path[program], Tools.Find(program) ?? "/bin/true");
        }

        File.CreateSymbolicLink(path["kind"], Path.Combine(AppContext.BaseDirectory, "Try", "kind"));
        File.CreateSymbolicLink(path["docker"], Path.Combine(AppContext.BaseDirectory, "Try", "docker"));

        var result = await Cli.RunProcessAsync(
            "/usr/bin/env", [], "-u", "KUBEBUILDER_ASSETS", $"PATH={path}", $"STAND_IN={path}", $"TMPDIR={temporary}", "NO_DAEMON=yes", $"AUDITWATCH={Cli.Executable}", "/bin/bash", TryTests.Script);

        Assert.Equal((1, "", "Cannot connect to the Docker daemon\n"), (result.ExitCode, result.Out, result.Error));
        Assert.Equal(["docker network create"], File.ReadAllLines(path["asked"]).Select(FirstThree));
        Assert.Empty(Directory.EnumerateFileSystemEntries($"{temporary}"));
    }

    [SkippableFact]
    public async Task Run_WithADockerThatIsOnAnotherMachine_SaysSoAndLeavesNothingBehind()
    {
        var missing = new[] { "kubectl", "openssl", "curl" }.Where(program => !Tools.Has(program)).ToArray();
        Skip.If(missing.Length > 0, $"needs {string.Join(", ", missing)}: .ci/install");
        using var standIn = new TemporaryFolder();
        using var temporary = new TemporaryFolder();

        var result = await Cli.RunProcessAsync(
            "/usr/bin/env", [], KindStandIn.OnThePath, $"STAND_IN={standIn}", "GATEWAY=198.51.100.1", $"TMPDIR={temporary}", "CLUSTER=kind", $"AUDITWATCH={Cli.Executable}", "/bin/bash", TryTests.Script);

        Assert.Equal((1, ""), (result.ExitCode, result.Out));
        Assert.StartsWith("Docker's network ends at 198.51.100.1, which is not an address of this machine", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(standIn["networks"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries($"{temporary}"));
    }

    [Fact]
    public async Task Run_WithAClusterThatThereIsNot_SaysWhichThereAre()
    {
        var result = await Cli.RunProcessAsync("/usr/bin/env", [], "CLUSTER=minikube", "/bin/bash", TryTests.Script);

        Assert.Equal((1, "", "CLUSTER is envtest or kind, not minikube\n"), (result.ExitCode, result.Out, result.Error));
    }

    private static string FirstThree(string command) => string.Join(' ', command.Split(' ').Take(3));

    [GeneratedRegex("auditwatch-try-[0-9]+")]
    private static partial Regex NamePattern();

    [GeneratedRegex("auditwatch-try-[0-9]+|/tmp\\.[^/]+/")]
    private static partial Regex ChangingPattern();

    [GeneratedRegex("token-auth-file(?:: |, value: )([^ }\n]+)")]
    private static partial Regex TokenFlagPattern();
}
