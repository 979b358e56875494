using System.Text.Json.Nodes;
using AuditWatch.Tests;
using AuditWatch.Tests.Notifications.Email;

namespace AuditWatch.EndToEnd.Helm;

public sealed class ConfigurationTests
{
    public static TheoryData<string> Matrix => Chart.Matrix;

    [SkippableTheory]
    [MemberData(nameof(Matrix))]
    public async Task Configuration_WithTheVolumesOfThePod_IsFine(string values)
    {
        var existing = Existing();
        if (values == "standby")
        {
            existing["auditwatch-postgres"] = new Dictionary<string, string> { ["connection-string"] = PostgresServer.Shared().NewSchema() };
        }

        using var files = new ContainerFiles(Manifest.Parse(await Chart.RenderAsync(Chart.Values(values))), existing);

        var check = await Cli.RunAsync("config", "check", files["/etc/auditwatch/auditwatch.yaml"]);

        Assert.True(check.ExitCode == 0, check.Out + check.Error);
        Assert.Equal("", check.Out);
    }

    [SkippableFact]
    public async Task Detections_OfValuesAndConfigMaps_AreFoundWithTheirLists()
    {
        using var files = new ContainerFiles(Manifest.Parse(await Chart.RenderAsync(Chart.Values("receivers"))), Existing());

        var check = await Cli.RunAsync("detections", "check", "builtin", files["/etc/auditwatch/detections"]);
        var list = await Cli.RunAsync("detections", "list", "builtin", files["/etc/auditwatch/detections"]);

        Assert.True(check.ExitCode == 0, check.Out + check.Error);
        Assert.All(["namespace_payments_created", "made_by_the_platform_team", "exec_into_pod"], name => Assert.Contains(name, list.Out, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Configuration_WithEveryKeyThereIs_IsTakenAsItIs()
    {
        using var folder = new TemporaryFolder();
        var complete = (JsonObject)Manifest.ParseValue(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "auditwatch.yaml")))!;
        complete.Remove("detections");
        complete["page"]!.AsObject().Remove("listen");
        complete["page"]!.AsObject().Remove("insecure");
        complete["state"]!.AsObject().Remove("directory");
        complete.Remove("probes");
        complete["sources"]!.AsObject().Remove("webhook");

        var rendered = Manifest.Parse(await Chart.RenderAsync(folder.Write("values.yaml", new JsonObject { ["config"] = complete.DeepClone() }.ToJsonString())));

        var config = (JsonObject)Manifest.ParseValue((string)rendered.Single(manifest => manifest is { Kind: "ConfigMap", Name: "aw-auditwatch" }).Json["data"]!["auditwatch.yaml"]!)!;
        Assert.Equal("/var/lib/auditwatch", (string?)config["state"]!["directory"]);
        config.Remove("detections");
        config["page"]!.AsObject().Remove("listen");
        config["state"]!.AsObject().Remove("directory");
        config.Remove("probes");
        config["sources"]!.AsObject().Remove("webhook");
        Assert.True(JsonNode.DeepEquals(complete, config), config.ToJsonString());
    }

    [SkippableFact]
    public async Task Configuration_Changed_RestartsThePodAndOtherChangesDoNot()
    {
        using var folder = new TemporaryFolder();

        var (first, other, rule) = (await Checksum("{}"), await Checksum("config: {watch: {silentAfter: 1m}}"), await Checksum("service: {type: NodePort}"));

        Assert.NotEqual(first, other);
        Assert.Equal(first, rule);

        async Task<string> Checksum(string values)
        {
            var manifests = Manifest.Parse(await Chart.RenderAsync(folder.Write("values.yaml", values)));
            return (string)manifests.Single(manifest => manifest.Kind == "StatefulSet").Json["spec"]!["template"]!["metadata"]!["annotations"]!["checksum/config"]!;
        }
    }

    /// <summary>What the values of the matrix take for granted.</summary>
    internal static Dictionary<string, IReadOnlyDictionary<string, string>> Existing()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        var (certificate, key) = authority.Write(folder.ToString());
        const string token = "0123456789abcdef0123456789abcdef";
        return new()
        {
            ["auditwatch-postgres"] = new Dictionary<string, string> { ["connection-string"] = "Host=db;Database=auditwatch;Username=auditwatch;Password=secret" },
            ["auditwatch-slack"] = new Dictionary<string, string> { ["token"] = "xoxb-0123456789", ["url"] = "https://hooks.slack.com/services/T0/B0/0123" },
            ["auditwatch-oidc"] = new Dictionary<string, string> { ["client-secret"] = "swordfish" },
            ["auditwatch-smtp"] = new Dictionary<string, string> { ["password"] = "swordfish" },
            ["webhook-production"] = new Dictionary<string, string> { ["token"] = token },
            ["webhook-staging"] = new Dictionary<string, string> { ["bearer.txt"] = token + "\n" + token },
            ["auditwatch-certificate"] = new Dictionary<string, string> { ["tls.crt"] = File.ReadAllText(certificate), ["tls.key"] = File.ReadAllText(key) },
            ["audit-tls"] = new Dictionary<string, string> { ["tls.crt"] = File.ReadAllText(certificate), ["tls.key"] = File.ReadAllText(key), ["ca.crt"] = "" },
            ["kube-apiserver-client-ca"] = new Dictionary<string, string> { ["authorities.pem"] = authority.Certificate.ExportCertificatePem() },
            ["platform-detections"] = new Dictionary<string, string> { ["rule.yml"] = Rules.Low.Replace("name: namespace_payments_created", "name: made_by_the_platform_team", StringComparison.Ordinal) },
            ["platform-lists"] = new Dictionary<string, string> { ["others.txt"] = "bob@example.com" },
        };
    }
}
