using AuditWatch.EndToEnd.Kube;

namespace AuditWatch.EndToEnd.Try;

/// <summary><c>deploy/try/run</c>, with the programs in one folder as a newcomer has them, and AuditWatch where a release has it.</summary>
public sealed class TryTests
{
    internal static readonly string Script = Path.Combine(AppContext.BaseDirectory, "deploy", "try", "run");

    [SkippableFact]
    public async Task Run_WithTheProgramsAtHand_ShowsTheAlertsAndLeavesNothingBehind()
    {
        var (binaries, missing) = KubeBinaries.Find();
        Skip.If(binaries is null, missing);
        using var assets = new TemporaryFolder();
        using var temporary = new TemporaryFolder();
        File.CreateSymbolicLink(assets["etcd"], binaries.Etcd);
        File.CreateSymbolicLink(assets["kube-apiserver"], binaries.ApiServer);
        File.CreateSymbolicLink(assets["kubectl"], binaries.Kubectl);

        var result = await Cli.RunProcessAsync("/usr/bin/env", [], "PACE=0", $"KUBEBUILDER_ASSETS={assets}", $"TMPDIR={temporary}", "/bin/bash", Script);

        Assert.True(result.ExitCode == 0, $"{result.Out}\n{result.Error}");
        Assert.Contains("HIGH  Exec into a pod\n  alice@example.com ran env in pod shop/cart (allowed)\n", result.Out, StringComparison.Ordinal);
        Assert.All(SampleAttacks.All, attack => Assert.Contains($" {attack.Detection} ", result.Out, StringComparison.Ordinal));
        Assert.Contains(">>> eve, a contractor", result.Error, StringComparison.Ordinal);
        AssertNothingIsLeft(temporary);
    }

    [Fact]
    public async Task Run_WithoutThePrograms_SaysWhatIsMissingAndWhereToGetIt()
    {
        using var path = new TemporaryFolder();
        File.CreateSymbolicLink(path["dirname"], Tools.Find("dirname")!);

        var result = await Cli.RunProcessAsync("/usr/bin/env", [], "-u", "KUBEBUILDER_ASSETS", $"PATH={path}", "/bin/bash", Script);

        Assert.Equal((1, ""), (result.ExitCode, result.Out));
        Assert.StartsWith("This machine lacks: etcd kube-apiserver kubectl openssl curl\n", result.Error, StringComparison.Ordinal);
        Assert.Contains("setup-envtest@latest", result.Error, StringComparison.Ordinal);
    }

    /// <summary>No file in the folder for temporary files, and no process that was told of one.</summary>
    internal static void AssertNothingIsLeft(TemporaryFolder temporary)
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries($"{temporary}"));
        Assert.DoesNotContain(Directory.GetDirectories("/proc"), process => CommandLine(process).Contains($"{temporary}", StringComparison.Ordinal));
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
