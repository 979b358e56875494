using AuditWatch.EndToEnd.Kube;
using AuditWatch.EndToEnd.Run;
using Xunit.Abstractions;

namespace AuditWatch.EndToEnd.Policy;

/// <summary>The generated policy before a real API server: every attack of the scenario raises its alert, from a part of what could be written.</summary>
public sealed class GeneratedPolicyTests(ITestOutputHelper output)
{
    private const string Everything = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: RequestResponse}]\n";

    // What the scenario comes to when all of it is written; the same for every policy.
    private static readonly Lazy<Task<long>> OfEverything = new(() => AttackAsync(KubeBinaries.Find().Binaries!, null, Everything, () => Task.CompletedTask));

    public static TheoryData<string[]> Options => LongForm.IsTaken ? [[], ["--omit-noise"]] : [[]];

    [SkippableTheory]
    [MemberData(nameof(Options))]
    public async Task Generate_BeforeARealApiServer_RaisesEveryAlertFromLessThanHalfOfEverything(params string[] options)
    {
        var (binaries, missing) = KubeBinaries.Find();
        Skip.If(binaries is null, missing);
        var policy = await Cli.RunAsync(["policy", "generate", .. options]);
        await using var service = await Service.StartAsync();

        var needed = await AttackAsync(binaries, new Uri(service.Http.BaseAddress!, "/webhook/shop"), policy.Out, async () =>
            await service.UntilAsync("the last attack's alert", () => Task.FromResult(service.Alerts.Any(alert => alert.Detection == "secret_deleted"))));

        Assert.Equal(0, await service.StopAsync());
        Assert.Empty(SampleAttacks.All.Select(attack => attack.Detection).Except(service.Alerts.Select(alert => alert.Detection)));
        var everything = await OfEverything.Value;
        output.WriteLine($"{needed} of {everything} bytes");
        Assert.InRange(needed, 1, everything / 2);
    }

    private static async Task<long> AttackAsync(KubeBinaries binaries, Uri? webhook, string policy, Func<Task> settle)
    {
        await using var plane = await ControlPlane.StartAsync(binaries, webhook, policy);
        using var kubelet = new FakeKubelet();
        await plane.AttackAsync(kubelet.Port);
        await settle();
        return new FileInfo(plane.AuditLog).Length;
    }
}
