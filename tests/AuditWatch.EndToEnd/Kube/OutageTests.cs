namespace AuditWatch.EndToEnd.Kube;

/// <summary>AuditWatch is away, in the long form for a minute, while a cluster is under attack. What is missing afterwards would be missing in a real cluster.</summary>
public sealed class OutageTests
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(LongForm.IsTaken ? 60 : 15);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>Longer than the longest pause between two attempts of an API server to deliver a batch.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    [SkippableFact]
    public async Task Run_AwayWhileApiServersAreAttacked_MissesNoAlert()
    {
        var (binaries, missing) = KubeBinaries.Find();
        Skip.If(binaries is null, missing);

        await Task.WhenAll(
            AttackAsync(binaries, "bank", service => service.ByCertificate(), service => service.Now.KillAsync()),
            LongForm.IsTaken ? AttackAsync(binaries, "shop", service => service.ByToken(), async service => Assert.Equal(0, await service.Now.StopAsync())) : Task.CompletedTask);
    }

    private static async Task AttackAsync(KubeBinaries binaries, string cluster, Func<GuardedService, ShippedAudit> identity, Func<GuardedService, Task> end)
    {
        await using var service = await GuardedService.StartAsync();
        await using var plane = await ControlPlane.StartAsync(binaries, identity(service));
        using var kubelet = new FakeKubelet();
        using var enough = new CancellationTokenSource();

        var intrusion = IntrudeAsync(plane, enough.Token);
        await service.Now.UntilAlertsAsync(3);
        await end(service);
        var outage = Task.Delay(Outage, TimeProvider.System);
        await plane.AttackAsync(kubelet.Port);
        await outage;
        await service.StartAgainAsync();
        await service.Now.UntilAlertsAsync(3);
        enough.Cancel();
        var intruders = await intrusion;

        var log = RaisedAlert.Parse(await Cli.RunAsync("scan", "--format", "json", plane.AuditLog));
        await UntilAsync(async () => log.SequenceEqual(await service.AlertsAsync()) && service.Told.Distinct().Count() == log.Count);
        Assert.Equal(log, await service.AlertsAsync());
        Assert.Equal(log.Count, service.Told.Distinct().Count());
        Assert.All(intruders, intruder => Assert.Contains(log, alert => alert.Detection == "cluster_admin_bound" && alert.Dedup.Contains($"\"{intruder}\"", StringComparison.Ordinal)));
        Assert.Empty(SampleAttacks.All.Select(attack => attack.Detection).Except(log.Select(alert => alert.Detection)));

        await service.PostLogAsync(cluster, plane.AuditLog);
        Assert.Equal(log, await service.AlertsAsync());
        Assert.DoesNotContain("apiserver_audit_error_total{", await plane.MetricsAsync(), StringComparison.Ordinal);
    }

    // Somebody who is let in once more every few seconds: more would be one actor's flood, which is counted rather than told one by one.
    private static async Task<IReadOnlyList<string>> IntrudeAsync(ControlPlane plane, CancellationToken enough)
    {
        var intruders = new List<string>();
        while (!enough.IsCancellationRequested)
        {
            var name = $"intruder-{intruders.Count}";
            await plane.CreateAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", $$$"""
                {"metadata": {"name": "{{{name}}}"}, "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}}
                """);
            intruders.Add(name);
            await Task.Delay(4 * Between, TimeProvider.System, CancellationToken.None);
        }

        return intruders;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds() && !patience.IsCancellationRequested)
        {
            await Task.Delay(Between, TimeProvider.System);
        }
    }
}
