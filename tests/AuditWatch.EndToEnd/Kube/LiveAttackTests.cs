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

        await service.UntilAsync("the last attack's alert", () => Task.FromResult(service.Alerts.Any(alert => alert.Detection == "secret_deleted")));
        Assert.Equal(0, await service.StopAsync());
        Assert.Empty(SampleAttacks.All.Select(attack => attack.Detection).Except(service.Alerts.Select(alert => alert.Detection)));
        Assert.DoesNotContain("system:apiserver", service.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("not-for-the-alerts", service.Out + service.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", service.Out + service.Error, StringComparison.Ordinal);
    }
}
