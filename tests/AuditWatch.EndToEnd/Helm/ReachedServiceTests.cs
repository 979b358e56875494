namespace AuditWatch.EndToEnd.Helm;

/// <summary>What the chart tells people to do, done: with the certificate and the token that it has made.</summary>
public sealed class ReachedServiceTests
{
    [SkippableFact]
    public async Task Notes_FollowedToTheLetter_MakeAKubeconfigThatTheWebhookLetsIn()
    {
        Skip.IfNot(Tools.Has("kubectl"), "needs kubectl: .ci/install");
        using var folder = new TemporaryFolder();
        var (files, secrets, values) = await RenderAsync(folder, out var port);
        using var _ = files;
        await using var service = await ReleasedService.StartAsync(files, port);
        var notes = await Chart.RenderAsync(values, "--notes", "--existing", secrets);
        var followed = await FollowedNotes.RunAsync(folder, notes, secrets, "aw-auditwatch");
        Assert.Equal((0, "600\n", ""), (followed.ExitCode, followed.Out, followed.Error));

        // kubectl reads the file as the API server does.
        folder.Write("events.json", $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{{Sample.Lines[0]}}]}""");
        var posted = await Cli.RunProcessAsync("kubectl", [], "--kubeconfig", folder["audit-webhook.kubeconfig"], "create", "--raw", "/webhook/production", "--filename", folder["events.json"]);
        Assert.Equal((0, "1 events, 0 rejected"), (posted.ExitCode, (posted.Out + posted.Error).Trim()));
    }

    [SkippableFact]
    public async Task HelmTest_OfARunningService_Succeeds()
    {
        Skip.IfNot(Tools.Has("curl"), "needs curl: .ci/install");
        using var folder = new TemporaryFolder();
        var (files, secrets, values) = await RenderAsync(folder, out var port);
        using var _ = files;
        await using var service = await ReleasedService.StartAsync(files, port);
        var pod = Manifest.Parse(await Chart.RenderAsync(values, "--existing", secrets)).Single(manifest => manifest.Kind == "Pod").PodSpec!;
        var script = (string)pod["containers"]![0]!["args"]![0]!;

        // Its volumes stand elsewhere here, and the Service's name leads nowhere.
        var ca = Manifest.Parse(await File.ReadAllTextAsync(secrets)).Single(secret => secret.Name.EndsWith("-tls", StringComparison.Ordinal));
        folder.Write("ca.crt", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)ca.Json["data"]!["ca.crt"]!)));
        folder.Write(".curlrc", "connect-to = \"::127.0.0.1:\"\n");
        script = script.Replace("/tls/ca.crt", folder["ca.crt"], StringComparison.Ordinal).Replace("/token/token", files["/etc/auditwatch/tokens/generated/token"], StringComparison.Ordinal);
        var result = await Cli.RunProcessAsync("/bin/bash", [], "-c", $"export HOME='{folder}'; sh -ec \"$0\"", script);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("\"ready\":true", result.Out, StringComparison.Ordinal);
        Assert.EndsWith("0 events, 0 rejected", result.Out.Trim(), StringComparison.Ordinal);
    }

    private static Task<(ContainerFiles Files, string Secrets, string Values)> RenderAsync(TemporaryFolder folder, out int port)
    {
        var free = port = Ports.Free();
        return RenderAsync();

        async Task<(ContainerFiles, string, string)> RenderAsync()
        {
            var values = folder.Write("values.yaml", $"service: {{port: {free}}}\npage: {{port: {Ports.Free()}}}");
            var manifests = Manifest.Parse(await Chart.RenderAsync(values));
            var secrets = folder.Write("existing.yaml", string.Join("\n---\n", manifests.Where(manifest => manifest.Kind == "Secret").Select(secret => secret.Text)));
            return (new ContainerFiles(manifests, ConfigurationTests.Existing()), secrets, values);
        }
    }
}
