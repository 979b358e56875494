using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Kube;

namespace AuditWatch.EndToEnd.Docs;

/// <summary>What the page on installing tells the reader to type is typed, in its order, and comes to the test alert that it promises.</summary>
public sealed partial class InstallPageTests
{
    private const string Needed = "needs kubectl, openssl and curl: .ci/install";

    [SkippableFact]
    public async Task Page_EveryCommandInItsOrder_ComesToATestAlert()
    {
        Skip.IfNot(Tools.Has("kubectl") && Tools.Has("openssl") && Tools.Has("curl"), Needed);
        using var machine = await InstallMachine.StartAsync();

        var result = await machine.TypeAsync(InstallPage.Commands);

        Assert.True(result.ExitCode == 0, $"{result.Out}\n{result.Error}");
        Assert.Equal(2, result.OutLines.Count(line => line == "1 events, 0 rejected"));
        Assert.Contains(Words(AlertPattern().Match(InstallPage.Text).Groups[1].Value), result.OutLines.Select(Words));
        Assert.Contains("\"name\":\"exec_into_pod\"", File.ReadAllText(machine["var/log/auditwatch/alerts.jsonl"]), StringComparison.Ordinal);
    }

    /// <summary>The API server is a real one, with the files that the page makes for it. A kubelet that hangs up after each answer, and nobody who removes namespaces, are its cluster.</summary>
    [SkippableFact]
    public async Task Page_CommandsInACluster_ComeToTheAlertOfAnExec()
    {
        Skip.IfNot(Tools.Has("openssl") && Tools.Has("curl") && Tools.Has("mkfifo"), Needed);
        var (binaries, missing) = KubeBinaries.Find();
        Skip.If(binaries is null, missing);
        using var machine = await InstallMachine.StartAsync();
        using var kubelet = new FakeKubelet();
        Assert.Equal(0, (await Cli.RunProcessAsync("mkfifo", [], machine["installed"], machine["cluster"])).ExitCode);
        var commands = InstallPage.CommandsUntil("cluster");

        var typing = machine.TypeAsync(
            [.. commands.SkipLast(1), $"echo installed > '{machine["installed"]}'; read -r cluster < '{machine["cluster"]}'", commands[^1]],
            $$"""
            kubectl() {
              case "$*" in
                --kubeconfig*) command kubectl "$@" ;;
                *" exec "*)
                  timeout 5 kubectl --kubeconfig "$cluster" "$@" || true
                  until auditwatch alerts list --url 'unix:{{machine["var/lib/auditwatch"]}}' | grep -q 'pod test-of-auditwatch/shell'; do sleep 0.2; done ;;
                "delete namespace"*) command kubectl --kubeconfig "$cluster" "$@" --wait=false ;;
                *) command kubectl --kubeconfig "$cluster" "$@" ;;
              esac
            }
            """);
        var installed = Task.Run(() => File.ReadAllText(machine["installed"]));
        if (await Task.WhenAny(typing, installed) == typing)
        {
            Assert.Fail($"{(await typing).Out}\n{(await typing).Error}");
        }

        await using var plane = await ControlPlane.StartAsync(binaries, OfThePage(machine));
        await plane.AddNodeAsync(kubelet.Port);
        var running = plane.RunPodAsync("test-of-auditwatch", "shell");
        await File.WriteAllTextAsync(machine["cluster"], plane.WriteAdminKubeconfig() + "\n");
        var result = await typing;

        Assert.True(result.ExitCode == 0, $"{result.Out}\n{result.Error}");
        await running;
        Assert.Contains("admin ran id in pod test-of-auditwatch/shell", result.Out, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Unit_AsSystemdReadsIt_IsRight()
    {
        Skip.IfNot(Tools.Has("systemd-analyze"), "needs systemd-analyze (apt-get install systemd); without it, that the service starts as the unit says is what the page's test shows");
        using var folder = new TemporaryFolder();
        var unit = folder.Write("auditwatch.service", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "systemd", "auditwatch.service")).Replace("/opt/auditwatch/auditwatch run", "/bin/true run", StringComparison.Ordinal));

        var result = await Cli.RunProcessAsync("systemd-analyze", [], "verify", unit);

        Assert.True(result.ExitCode == 0, result.Error);
    }

    [Theory]
    [InlineData("auditwatch.yaml")]
    [InlineData("siem.yaml")]
    public async Task Page_EveryConfiguration_IsRight(string name)
    {
        using var folder = new TemporaryFolder();
        folder.Write("siem-token", "0123456789abcdef");
        folder.Write("hmac-key", "0123456789abcdef");
        var config = folder.Write(name, ConfigPattern().Matches(InstallPage.Text).Single(match => match.Groups[1].Value == name).Groups[2].Value);

        var result = await Cli.RunAsync("config", "check", config);

        Assert.True(result.ExitCode == 0, result.Error);
    }

    // The files that the page has made for the API server, and the flags that it leads to.
    private static ShippedAudit OfThePage(InstallMachine machine)
    {
        const string folder = "/etc/kubernetes/auditwatch";
        return new ShippedAudit(
            ShippedAudit.FlagsIn(ShippedAudit.Read("kubeadm.yaml")),
            File.ReadAllText(machine[$"{folder}/webhook.kubeconfig"]).Replace(machine[folder], folder, StringComparison.Ordinal),
            new Dictionary<string, string> { ["ca.crt"] = File.ReadAllText(machine[$"{folder}/ca.crt"]), ["token"] = File.ReadAllText(machine[$"{folder}/token"]) });
    }

    // But for what is different each time: the alert's id, and when it was.
    private static string Words(string line) => string.Join(' ', ChangingPattern().Replace(line, "").Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"the list is\s+```\nLEVEL.*\n(.*)\n```")]
    private static partial Regex AlertPattern();

    [GeneratedRegex(@"[0-9a-f]{16}|\d{4}-\d\d-\d\d \S+")]
    private static partial Regex ChangingPattern();

    [GeneratedRegex(@"^```yaml (\S+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ConfigPattern();
}
