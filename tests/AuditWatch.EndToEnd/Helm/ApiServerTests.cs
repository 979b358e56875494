using System.Text;
using AuditWatch.EndToEnd.Kube;

namespace AuditWatch.EndToEnd.Helm;

public sealed class ApiServerTests
{
    // Kinds of cert-manager and Prometheus Operator, which a plain API server does not know.
    private static readonly string[] Unknown = ["Certificate", "ServiceMonitor", "PrometheusRule"];

    [SkippableFact]
    public async Task Apply_WhatAnyValuesMake_IsAcceptedByARealApiServer()
    {
        var (binaries, missing) = KubeBinaries.Find();
        Skip.If(binaries is null, missing);
        var rendered = new Dictionary<string, IReadOnlyList<Manifest>>();
        foreach (var values in Chart.Names)
        {
            // The API server that can be built everywhere is of version 1.20, in which a PodDisruptionBudget has another version.
            rendered[values] = Manifest.Parse(await Chart.RenderAsync(Chart.Values(values), "--kube-version", "1.20.2"));
        }

        await using var plane = await ControlPlane.StartAsync(binaries, webhook: null);
        var created = await KubectlAsync("", "create", "namespace", Chart.Namespace);
        Assert.True(created.ExitCode == 0, created.Error);

        foreach (var (values, manifests) in rendered)
        {
            var known = manifests.Where(manifest => !Unknown.Contains(manifest.Kind)).ToList();
            var applied = await KubectlAsync(string.Join("\n---\n", known.Select(manifest => manifest.Text)), "apply", "--dry-run=server", "--validate", "--filename", "-");
            Assert.True(applied.ExitCode == 0, $"{values}: {applied.Error}");
            Assert.Equal(known.Count, applied.OutLines.Count(line => line.EndsWith(" created (server dry run)", StringComparison.Ordinal)));
        }

        Task<CliResult> KubectlAsync(string input, params string[] arguments) => Cli.RunProcessAsync(
            binaries.Kubectl, Encoding.UTF8.GetBytes(input), ["--server", plane.Server, "--token", "admin", "--insecure-skip-tls-verify", .. arguments]);
    }

    [SkippableTheory]
    [InlineData("1.20.2", "policy/v1beta1")]
    [InlineData("1.21.0", "policy/v1")]
    [InlineData("1.36.0-gke.100", "policy/v1")]
    public async Task PodDisruptionBudget_OfAnApiServer_HasAVersionThatItKnows(string kubernetes, string version)
    {
        var manifests = Manifest.Parse(await Chart.RenderAsync(Chart.Values("default"), "--kube-version", kubernetes));

        Assert.Equal(version, (string?)manifests.Single(manifest => manifest.Kind == "PodDisruptionBudget").Json["apiVersion"]);
    }
}
