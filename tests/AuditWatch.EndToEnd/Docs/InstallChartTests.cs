using AuditWatch.EndToEnd.Helm;

namespace AuditWatch.EndToEnd.Docs;

/// <summary>
/// The page's way by Helm: its commands are typed, with functions of the shell for docker and helm. What helm would install is rendered, and run with its
/// configuration and its arguments by the built executable; its notes and the page's test event come to the test alert.
/// </summary>
public sealed class InstallChartTests
{
    [SkippableFact]
    public async Task Page_CommandsOfTheChart_ComeToATestAlert()
    {
        Skip.IfNot(Tools.Has("kubectl"), "needs kubectl: .ci/install");
        using var folder = new TemporaryFolder();
        var typed = await TypeAsync(folder);
        var install = typed.Single(line => line.StartsWith("helm install ", StringComparison.Ordinal)).Split(' ')[2..];
        var port = Ports.Free();
        var values = folder.Write("values.yaml", $"service: {{port: {port}}}\npage: {{port: {Ports.Free()}}}");
        string[] arguments =
        [
            install[0], Path.Combine(Chart.Root, install[1]), "--values", values,
            .. install[2..].Where(argument => argument != "--create-namespace").Select(argument => argument == "--set" ? "--set-string" : argument),
        ];
        var rendered = await Chart.TemplateAsync(arguments);
        Assert.True(rendered.ExitCode == 0, rendered.Error);
        var manifests = Manifest.Parse(rendered.Out);
        var container = manifests.Single(manifest => manifest.Kind == "StatefulSet").PodSpec!["containers"]![0]!;

        Assert.Equal([$"docker build -f deploy/Dockerfile -t {container["image"]} .", $"docker push {container["image"]}"], typed.Take(2));
        Assert.Equal(["run", "--config", "/etc/auditwatch/auditwatch.yaml"], container["args"]!.AsArray().Select(argument => (string)argument!));

        var secrets = folder.Write("existing.yaml", string.Join("\n---\n", manifests.Where(manifest => manifest.Kind == "Secret").Select(secret => secret.Text)));
        using var files = new ContainerFiles(manifests, ConfigurationTests.Existing());
        await using var service = await ReleasedService.StartAsync(files, port);
        var notes = (await Chart.TemplateAsync([.. arguments, "--notes", "--existing", secrets])).Out;
        var followed = await FollowedNotes.RunAsync(folder, notes, secrets, "auditwatch");
        Assert.True(followed.ExitCode == 0, followed.Error);
        var written = await Cli.RunProcessAsync("/bin/bash", [], "-c", $"cd '{folder}'\n{TestEvent()}");
        Assert.True(written.ExitCode == 0, written.Error);
        var posted = await Cli.RunProcessAsync("kubectl", [], "--kubeconfig", folder["audit-webhook.kubeconfig"], "create", "--raw", "/webhook/production", "-f", folder["event.json"]);
        var alerts = await Cli.RunAsync("alerts", "list", "--config", files["/etc/auditwatch/auditwatch.yaml"]);

        Assert.Equal((0, "1 events, 0 rejected"), (posted.ExitCode, (posted.Out + posted.Error).Trim()));
        Assert.Contains("exec_into_pod", alerts.Out, StringComparison.Ordinal);
        Assert.Contains("auditwatch alerts list --config /etc/auditwatch/auditwatch.yaml", notes, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Page_CommandThatBuildsTheImage_MakesOneThatRuns()
    {
        Skip.IfNot(
            Tools.Has("docker") && (await Cli.RunProcessAsync("docker", [], "info")).ExitCode == 0,
            "needs docker, running (sudo apt-get install docker.io); deploy/check-image checks without it what the Dockerfile says, and that what the image holds runs as any user under a read-only root");
        var build = InstallPage.Of("chart").Split('\n').Single(line => line.StartsWith("docker build ", StringComparison.Ordinal));

        var built = await Cli.RunProcessAsync("/bin/bash", [], "-ec", $"cd '{Chart.Root}'; REGISTRY=auditwatch.test; {build}; docker run --rm auditwatch.test/auditwatch:{Chart.Version} --version");

        Assert.True(built.ExitCode == 0, built.Error);
        Assert.Contains(Chart.Version, built.Out, StringComparison.Ordinal);
    }

    // What docker and helm are told.
    private static async Task<string[]> TypeAsync(TemporaryFolder folder)
    {
        var result = await Cli.RunProcessAsync("/bin/bash", [], "-c", $$"""
            set -euo pipefail
            cd '{{folder}}'
            docker() { echo "docker $*"; }
            helm() { echo "helm $*"; }
            {{InstallPage.Of("chart")}}
            """);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.OutLines;
    }

    // The page's commands that write it, without those that post it.
    private static string TestEvent()
    {
        var commands = InstallPage.Commands.Single(block => block.Contains("> event.json", StringComparison.Ordinal));
        return commands[..(commands.IndexOf("\nEOF\n", StringComparison.Ordinal) + 5)];
    }
}
