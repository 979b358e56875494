namespace AuditWatch.EndToEnd.Docs;

/// <summary>
/// A machine on which the page on installing is followed: a folder stands for its root, and functions of the shell for what changes a real one, which are
/// users, owners and systemd. The release is that of <c>deploy/release/build</c> where it was built before, as in CI, and else an archive like it.
/// </summary>
internal sealed class InstallMachine : IDisposable
{
    private const string Shell = """
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

    private readonly TemporaryFolder _root = new();

    private InstallMachine()
    {
    }

    /// <summary>The port of the webhook.</summary>
    public int Port { get; } = Ports.Free();

    /// <summary>Where a file of the machine is.</summary>
    public string this[string path] => _root[path.TrimStart('/')];

    /// <summary>An empty machine with a clone of the repository, and the release in it.</summary>
    public static async Task<InstallMachine> StartAsync()
    {
        var machine = new InstallMachine();
        foreach (var folder in new[] { "clone", "usr/local/bin", "etc/systemd/system", "etc/kubernetes" })
        {
            Directory.CreateDirectory(machine[folder]);
        }

        await machine.PutReleaseAsync();
        foreach (var folder in new[] { "kube-apiserver", "systemd" })
        {
            foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, folder)))
            {
                machine._root.Write($"clone/deploy/{folder}/{Path.GetFileName(file)}", machine.Moved(File.ReadAllText(file)));
            }
        }

        return machine;
    }

    /// <summary>Types commands, one after the other, until one fails.</summary>
    /// <param name="commands">The commands.</param>
    /// <param name="functions">More functions of the shell, in which paths are not changed.</param>
    public Task<CliResult> TypeAsync(IEnumerable<string> commands, string functions = "") => Cli.RunProcessAsync(
        "/usr/bin/env",
        [],
        $"PATH={this["usr/local/bin"]}:{Environment.GetEnvironmentVariable("PATH")}", "bash", "-c", Moved(Shell) + functions + $"\ncd '{this["clone"]}'\n" + Moved(string.Join('\n', commands)));

    public void Dispose() => _root.Dispose();

    private string Moved(string text) =>
        Folders.Aggregate(text, (result, folder) => result.Replace(folder, $"{_root}{folder}", StringComparison.Ordinal))
            .Replace("9880", $"{Port}", StringComparison.Ordinal)
            .Replace("ADDRESS=192.0.2.10", "ADDRESS=127.0.0.1", StringComparison.Ordinal)
            .Replace("0.0.0.0:", "127.0.0.1:", StringComparison.Ordinal);

    private async Task PutReleaseAsync()
    {
        var built = Path.Combine(Helm.Chart.Root, "artifacts", "release", $"auditwatch-{Helm.Chart.Version}-linux-x64.tar.gz");
        if (Environment.GetEnvironmentVariable("CI") is "true" && File.Exists(built))
        {
            File.Copy(built, this[$"clone/{Path.GetFileName(built)}"]);
            return;
        }

        var release = Directory.CreateDirectory(this["auditwatch-1.2.3-linux-x64"]);
        File.CreateSymbolicLink(Path.Combine(release.FullName, "auditwatch"), Cli.Executable);
        var packed = await Cli.RunProcessAsync("tar", [], "-czf", this[$"clone/{release.Name}.tar.gz"], "-C", $"{_root}", release.Name);
        Assert.True(packed.ExitCode == 0, packed.Error);
    }
}
