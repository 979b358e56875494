using System.Text.RegularExpressions;

namespace AuditWatch.EndToEnd.Docs;

/// <summary>
/// What the page on installing tells the reader to type is typed, in its order, and comes to the test alert that it promises. A folder stands for the
/// machine, and functions of the shell for what changes a real one: users, owners and systemd.
/// </summary>
public sealed partial class InstallPageTests
{
    private const string Machine = """
        set -euo pipefail
        stop() { if [ -n "${service:-}" ]; then kill "$service"; wait "$service" || true; fi; }
        trap stop EXIT
        sudo() { "$@"; }
        useradd() { :; }
        chown() { :; }
        systemctl() {
          case $1 in stop) stop; service= ;; enable | restart)
            stop
            mkdir -p /var/lib/auditwatch
            $(sed -n 's/^ExecStart=//p' /etc/systemd/system/auditwatch.service) >> /var/log/auditwatch/service.log 2>&1 &
            service=$!
          esac
        }

        """;

    private static readonly string[] Folders = ["/opt/", "/usr/local/bin", "/etc/auditwatch", "/etc/systemd/", "/etc/kubernetes/", "/var/lib/auditwatch", "/var/log/auditwatch"];

    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "install.md"));

    [SkippableFact]
    public async Task Page_EveryCommandInItsOrder_ComesToATestAlert()
    {
        Skip.IfNot(Tools.Has("kubectl") && Tools.Has("openssl") && Tools.Has("curl"), "needs kubectl, openssl and curl (apt-get install kubernetes-client openssl curl)");
        using var machine = new TemporaryFolder();
        var port = $"{Ports.Free()}";
        var clone = Directory.CreateDirectory(machine["clone"]).FullName;
        await PackReleaseAsync(machine, clone);
        foreach (var folder in new[] { "kube-apiserver", "systemd" })
        {
            foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, folder)))
            {
                machine.Write($"clone/deploy/{folder}/{Path.GetFileName(file)}", OnMachine(File.ReadAllText(file), machine, port));
            }
        }

        foreach (var folder in new[] { "usr/local/bin", "etc/systemd/system", "etc/kubernetes" })
        {
            Directory.CreateDirectory(machine[folder]);
        }

        var script = OnMachine(Machine + $"cd '{clone}'\n" + string.Join('\n', CommandPattern().Matches(Page).Select(match => match.Groups[1].Value)), machine, port);
        var result = await Cli.RunProcessAsync("/usr/bin/env", [], $"PATH={machine["usr/local/bin"]}:{Environment.GetEnvironmentVariable("PATH")}", "bash", "-c", script);

        Assert.True(result.ExitCode == 0, $"{result.Out}\n{result.Error}");
        Assert.Equal(2, result.OutLines.Count(line => line == "1 events, 0 rejected"));
        Assert.Contains(Words(AlertPattern().Match(Page).Groups[1].Value), result.OutLines.Select(Words));
        Assert.Contains("\"name\":\"exec_into_pod\"", File.ReadAllText(machine["var/log/auditwatch/alerts.jsonl"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auditwatch.yaml")]
    [InlineData("siem.yaml")]
    public async Task Page_EveryConfiguration_IsRight(string name)
    {
        using var folder = new TemporaryFolder();
        folder.Write("siem-token", "0123456789abcdef");
        folder.Write("hmac-key", "0123456789abcdef");
        var config = folder.Write(name, ConfigPattern().Matches(Page).Single(match => match.Groups[1].Value == name).Groups[2].Value);

        var result = await Cli.RunAsync("config", "check", config);

        Assert.True(result.ExitCode == 0, result.Error);
    }

    // As far as the page is concerned: an archive with a folder that has the program in it.
    private static async Task PackReleaseAsync(TemporaryFolder machine, string clone)
    {
        var release = Directory.CreateDirectory(machine["auditwatch-1.2.3-linux-x64"]);
        File.CreateSymbolicLink(Path.Combine(release.FullName, "auditwatch"), Cli.Executable);
        var packed = await Cli.RunProcessAsync("tar", [], "-czf", Path.Combine(clone, $"{release.Name}.tar.gz"), "-C", $"{machine}", release.Name);
        Assert.True(packed.ExitCode == 0, packed.Error);
    }

    private static string OnMachine(string text, TemporaryFolder machine, string port) =>
        Folders.Aggregate(text, (result, folder) => result.Replace(folder, $"{machine}{folder}", StringComparison.Ordinal))
            .Replace("9880", port, StringComparison.Ordinal)
            .Replace("ADDRESS=192.0.2.10", "ADDRESS=127.0.0.1", StringComparison.Ordinal)
            .Replace("0.0.0.0:", "127.0.0.1:", StringComparison.Ordinal);

    // But for what is different each time: the alert's id, and when it was.
    private static string Words(string line) => string.Join(' ', ChangingPattern().Replace(line, "").Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"^```sh\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"the list is\s+```\nLEVEL.*\n(.*)\n```")]
    private static partial Regex AlertPattern();

    [GeneratedRegex(@"[0-9a-f]{16}|\d{4}-\d\d-\d\d \S+")]
    private static partial Regex ChangingPattern();

    [GeneratedRegex(@"^```yaml (\S+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ConfigPattern();
}
