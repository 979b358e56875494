using System.Text.Json.Nodes;

namespace AuditWatch.EndToEnd.SupplyChain;

/// <summary>What a release and CI do with programs that are not here: stand-ins note what they are asked.</summary>
public sealed class ReleaseScriptTests : IDisposable
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly TemporaryFolder _folder = new();

    public ReleaseScriptTests() => Directory.CreateDirectory(_folder["bin"]);

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("exit 22", "", 0, "NOT CHECKED for vulnerable packages: ")]
    [InlineData("""case $* in *vulnerabilities*) exit 22;; *) echo '{"resources":[{"@id":"https://x/vulnerabilities","@type":"VulnerabilityInfo/6.7.0"}]}';; esac""", "no vulnerable packages", 0, "NOT CHECKED for vulnerable packages: ")]
    [InlineData("""case $* in *vulnerabilities*) echo '[{}]';; *) echo '{"resources":[{"@id":"https://x/vulnerabilities","@type":"VulnerabilityInfo/6.7.0"}]}';; esac""", "no vulnerable packages", 0, "No package has a known vulnerability.")]
    [InlineData("""case $* in *vulnerabilities*) echo '[{}]';; *) echo '{"resources":[{"@id":"https://x/vulnerabilities","@type":"VulnerabilityInfo/6.7.0"}]}';; esac""", "Project x has the following vulnerable packages", 1, "renew the lock files")]
    public async Task Vulnerable_ListThereOrNot_SaysWhetherItWasChecked(string curl, string dotnet, int exitCode, string said)
    {
        Skip.IfNot(File.Exists("/usr/bin/jq"), "needs jq: .ci/install");
        StandIn("curl", curl);
        StandIn("dotnet", $"echo '{dotnet}'");

        var result = await RunAsync(".ci/vulnerable");

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(said, result.Out + result.Error, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Image_BasesByTag_IsBuiltByDigestAndSignedWhereCosignIs(bool hasCosign)
    {
        Skip.IfNot(File.Exists("/usr/bin/jq"), "needs jq: .ci/install");
        var calls = _folder["calls"];
        StandIn("docker", $$"""
            echo "docker $*" >> '{{calls}}'
            case $* in
              *imagetools*) echo '{"digest":"{{Digest}}"}' ;;
              *) while [ $# -gt 0 ]; do [ "$1" != --metadata-file ] || echo '{"containerimage.digest":"{{Digest}}"}' > "$2"; shift; done ;;
            esac
            """);
        StandIn("dotnet", "echo 0.1.0");
        StandIn("git", "echo 1");
        if (hasCosign)
        {
            StandIn("cosign", $"""echo "cosign $*" >> '{calls}'""");
        }

        // Elsewhere, so that nothing of this build is touched.
        Copy("deploy/release/image", "deploy/Dockerfile");
        _folder.Write("artifacts/release/auditwatch-0.1.0-linux-x64.cdx.json", "{}");
        var result = await RunAsync(_folder["deploy/release/image"], "registry.example.com/auditwatch");

        Assert.True(result.ExitCode == 0, result.Error);
        var said = await File.ReadAllLinesAsync(calls);
        var build = Assert.Single(said, line => line.StartsWith("docker buildx build", StringComparison.Ordinal));
        Assert.Contains($"SDK_IMAGE=mcr.microsoft.com/dotnet/sdk@{Digest} ", build, StringComparison.Ordinal);
        Assert.Contains($"RUNTIME_IMAGE=mcr.microsoft.com/dotnet/runtime-deps@{Digest} ", build, StringComparison.Ordinal);
        Assert.Equal($"registry.example.com/auditwatch@{Digest}", (string?)JsonNode.Parse(await File.ReadAllTextAsync(_folder["artifacts/release/image.json"]))!["image"]);
        string[] signed = hasCosign ? [$"cosign sign --yes registry.example.com/auditwatch@{Digest}", $"cosign attest --yes --type cyclonedx --predicate artifacts/release/auditwatch-0.1.0-linux-x64.cdx.json registry.example.com/auditwatch@{Digest}"] : [];
        Assert.Equal(signed.Length, said.Count(line => line.StartsWith("cosign", StringComparison.Ordinal)));
        Assert.All(signed, call => Assert.Contains(said, line => line.StartsWith(call, StringComparison.Ordinal)));
        Assert.Equal(!hasCosign, result.Error.Contains("NOT SIGNED: cosign is not there", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("echo of the commit", 0, "the same commit gives the same bytes")]
    [InlineData("pwd", 1, "has given other bytes in another place")]
    [InlineData("mktemp -u", 1, "has given other bytes in another place")]
    public async Task Reproducible_BuildsInTwoPlaces_FailsUnlessTheyAreTheSame(string compiled, int exitCode, string said)
    {
        StandIn("git", "for place; do :; done; [ \"$1\" = clone ] && mkdir -p \"$place/src/AuditWatch/bin/Release\" || echo .");
        StandIn("dotnet", $"cd \"$2/bin/Release\" && {compiled} > AuditWatch.Core.dll");

        var result = await RunAsync("deploy/release/reproducible");

        Assert.Equal((exitCode, true), (result.ExitCode, (result.Out + result.Error).Contains(said, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Restore_LockFileOfOtherPackages_IsRefusedInCI()
    {
        Copy("Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", "src/AuditWatch/AuditWatch.csproj");
        var packages = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Root, "src/AuditWatch/packages.lock.json")))!;
        packages["dependencies"]!["net10.0"]!["YamlDotNet"]!["requested"] = "[1.0.0, )";
        _folder.Write("src/AuditWatch/packages.lock.json", packages.ToJsonString());

        var result = await Cli.RunProcessAsync("/usr/bin/env", [], "CI=true", "dotnet", "restore", _folder["src/AuditWatch/AuditWatch.csproj"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("NU1004", result.Out, StringComparison.Ordinal);
    }

    private void StandIn(string program, string script)
    {
        File.WriteAllText(_folder[$"bin/{program}"], $"#!/bin/bash\n{script}\n");
#pragma warning disable CA1416 // The scripts are for Linux.
        File.SetUnixFileMode(_folder[$"bin/{program}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
    }

    private void Copy(params string[] files)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
            File.Copy(Path.Combine(Root, file), _folder[file]);
        }
    }

    private Task<CliResult> RunAsync(params string[] command) =>
        Cli.RunProcessAsync("/usr/bin/env", [], ["-C", Root, $"PATH={_folder["bin"]}:/usr/bin:/bin", .. command]);

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "AuditWatch.sln")))
            {
                folder = folder.Parent;
            }

            return folder.FullName;
        }
    }
}
