using System.Text.RegularExpressions;

namespace AuditWatch.EndToEnd.Helm;

public sealed partial class RenderTests
{
    private const string Update = "AUDITWATCH_UPDATE_GOLDEN";

    public static TheoryData<string> Matrix => Chart.Matrix;

    [SkippableTheory]
    [MemberData(nameof(Matrix))]
    public async Task Render_Values_MakesWhatTheGoldenFileHas(string values)
    {
        var manifests = Manifest.Parse(await Chart.RenderAsync(Chart.Values(values)));
        var notes = await Chart.RenderAsync(Chart.Values(values), "--notes");
        var rendered = string.Concat(manifests.Select(manifest => $"---\n{WithoutGenerated(manifest).Trim('\n')}\n")) + $"---\n# NOTES.txt\n{Commented(notes)}";
        rendered = rendered.Replace(Chart.Version, "VERSION", StringComparison.Ordinal);

        var golden = Path.Combine(Chart.Tests, "golden", values + ".yaml");
        if (Environment.GetEnvironmentVariable(Update) is not (null or ""))
        {
            await File.WriteAllTextAsync(golden, rendered);
        }

        Assert.True(File.Exists(golden) && rendered == await File.ReadAllTextAsync(golden),
            $"the chart with {values}.yaml makes something else than {golden}: if it should, run this test with {Update}=1 and look at the difference\n{rendered}");
    }

    [SkippableFact]
    public async Task Render_WithHelm_MakesTheSame()
    {
        Skip.IfNot(Tools.Has("helm"), "needs helm: curl -fsSL https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3 | bash");
        foreach (var values in Chart.Names)
        {
            var helm = await Cli.RunProcessAsync("helm", [], "template", Chart.Release, Chart.Folder, "--namespace", Chart.Namespace, "--values", Chart.Required, "--values", Chart.Values(values), "--kube-version", "1.30.0");
            Assert.True(helm.ExitCode == 0, helm.Error);
            Assert.Equal(
                Manifest.Parse(await Chart.RenderAsync(Chart.Values(values))).Select(manifest => WithoutGenerated(manifest).Trim()),
                Manifest.Parse(helm.Out).Select(manifest => WithoutGenerated(manifest).Trim()));
        }

        var lint = await Cli.RunProcessAsync("helm", [], "lint", "--strict", Chart.Folder);
        Assert.True(lint.ExitCode == 0, lint.Out + lint.Error);
    }

    // Certificates and tokens are other ones each time.
    private static string WithoutGenerated(Manifest manifest) =>
        manifest.Kind == "Secret" ? SecretValue().Replace(manifest.Text, "$1 (made by the chart)") : manifest.Text;

    private static string Commented(string notes) => string.Concat(notes.TrimEnd().Split('\n').Select(line => $"# {line}".TrimEnd() + "\n"));

    [GeneratedRegex(@"^(  (?:token|ca\.crt|tls\.crt|tls\.key):) \S+$", RegexOptions.Multiline)]
    private static partial Regex SecretValue();
}
