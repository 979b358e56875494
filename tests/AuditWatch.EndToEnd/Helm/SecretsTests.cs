using System.Text;

namespace AuditWatch.EndToEnd.Helm;

public sealed class SecretsTests
{
    public static TheoryData<string> Matrix => Chart.Matrix;

    [SkippableTheory]
    [MemberData(nameof(Matrix))]
    public async Task Render_AnyValues_HasGeneratedSecretsInTheirObjectsAlone(string values)
    {
        using var folder = new TemporaryFolder();
        var manifests = Manifest.Parse(await Chart.RenderAsync(Chart.Values(values)));
        var secrets = manifests.Where(manifest => manifest.Kind == "Secret").ToList();
        var generated = secrets.SelectMany(secret => secret.Json["data"]!.AsObject().Where(pair => pair.Key != "ca.crt").Select(pair => (string)pair.Value!)).ToList();
        var existing = folder.Write("existing.yaml", string.Join("\n---\n", secrets.Select(secret => secret.Text)));
        var rest = string.Concat(manifests.Except(secrets).Select(manifest => manifest.Text)) + await Chart.RenderAsync(Chart.Values(values), "--notes", "--existing", existing);

        Assert.DoesNotContain("PRIVATE KEY", rest, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("-----BEGIN"u8)[..12], rest, StringComparison.Ordinal);
        Assert.All(generated, secret => Assert.DoesNotContain(secret, rest, StringComparison.Ordinal));
        Assert.All(generated, secret => Assert.DoesNotContain(Encoding.UTF8.GetString(Convert.FromBase64String(secret)), rest, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Upgrade_WithGeneratedSecrets_KeepsThem()
    {
        using var folder = new TemporaryFolder();
        var first = Secrets(await Chart.RenderAsync(Chart.Values("default")));

        var another = Secrets(await Chart.RenderAsync(Chart.Values("default")));
        var upgraded = Secrets(await Chart.RenderAsync(Chart.Values("default"), "--existing", folder.Write("existing.yaml", string.Join("\n---\n", first))));

        Assert.Equal(2, first.Count);
        Assert.Equal(first, upgraded);
        Assert.All(first.Zip(another), pair => Assert.NotEqual(pair.First, pair.Second));

        static List<string> Secrets(string rendered) => [.. Manifest.Parse(rendered).Where(manifest => manifest.Kind == "Secret").Select(secret => secret.Text)];
    }
}
