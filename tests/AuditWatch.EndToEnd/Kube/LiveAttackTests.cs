using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Kube;

public sealed class LiveAttackTests
{
    [SkippableFact]
    public async Task Run_BehindARealApiServer_RaisesAnAlertForEachAttackLive()
    {
        var (binaries, missing) = KubeBinaries.Find();
        Skip.If(binaries is null, missing);
        await using var service = await Service.StartAsync();
        await using var plane = await ControlPlane.StartAsync(binaries, new Uri(service.Http.BaseAddress!, "/webhook/shop"));
        using var kubelet = new FakeKubelet();

        await plane.AttackAsync(kubelet.Port);

        await service.UntilAlertsAsync(Sample.Attacks.Count);
        Assert.Equal(0, await service.StopAsync());
        Assert.Equal(Sample.Attacks.Select(attack => attack.Detection), service.Alerts.Select(alert => alert.Detection));
        Assert.DoesNotContain("not-for-the-alerts", service.Out + service.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", service.Out + service.Error, StringComparison.Ordinal);
    }
}
