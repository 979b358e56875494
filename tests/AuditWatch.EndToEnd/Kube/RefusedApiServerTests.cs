namespace AuditWatch.EndToEnd.Kube;

/// <summary>An API server that shows the wrong credentials, or those of another cluster, gets nothing in; its log, posted by somebody who may, is as good.</summary>
public sealed class RefusedApiServerTests
{
    [SkippableFact]
    public async Task Run_ApiServersWithWrongCredentials_AcceptsNothingOfThemButTheirLogsByHand()
    {
        var (binaries, missing) = KubeBinaries.Find();
        Skip.If(binaries is null, missing);
        await using var service = await GuardedService.StartAsync();
        using var folder = new TemporaryFolder();
        var log = folder["audit.log"];

        // The shop's own token for the cluster bank; a token that nobody knows; a certificate of the right authority with a name that nobody knows.
        foreach (var (audit, refused) in new[]
        {
            (service.ByToken(cluster: "bank"), "403"),
            (service.ByToken(token: "a-token-that-was-not-given-out"), "401"),
            (service.ByCertificate("kube-apiserver.elsewhere"), "401"),
        })
        {
            var before = await service.Now.RequestsAsync(refused);
            await using var plane = await ControlPlane.StartAsync(binaries, audit);
            await plane.CreateAsync("/api/v1/namespaces", """{"metadata": {"name": "shop"}}""");
            await service.Now.UntilAsync($"an answer {refused}", async () => await service.Now.RequestsAsync(refused) > before);
            File.Copy(plane.AuditLog, log, overwrite: true);
        }

        Assert.Equal(0, await service.Now.RequestsAsync("200"));
        Assert.Equal(0, await service.Now.MetricAsync("auditwatch_events_total") ?? 0);
        Assert.Empty(await service.AlertsAsync());

        await service.PostLogAsync("bank", log);
        var raised = await service.AlertsAsync();
        Assert.Contains(raised, alert => alert.Detection == "namespace_created");
        Assert.Equal(RaisedAlert.Parse(await Cli.RunAsync("scan", "--format", "json", log)), raised);
    }
}
