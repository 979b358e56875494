using YamlDotNet.RepresentationModel;

namespace AuditWatch.EndToEnd.Kube;

/// <summary>The files in <c>deploy/kube-apiserver</c> turn on the same auditing, however an API server is run: what is tried with one holds for all.</summary>
public sealed class ShippedFlagsTests
{
    private static readonly IReadOnlyList<string> Expected =
    [
        "--audit-log-maxbackup=10",
        "--audit-log-maxsize=100",
        "--audit-log-path=/var/log/kubernetes/audit.log",
        "--audit-policy-file=/etc/kubernetes/auditwatch/audit-policy.yaml",
        "--audit-webhook-batch-max-wait=1s",
        "--audit-webhook-config-file=/etc/kubernetes/auditwatch/webhook.kubeconfig",
        "--audit-webhook-initial-backoff=30s",
    ];

    [Theory]
    [InlineData("kubeadm.yaml")]
    [InlineData("static-pod.yaml")]
    [InlineData("systemd.conf")]
    [InlineData("k3s.yaml")]
    public void File_EachWayToRunAnApiServer_HasTheSameFlags(string file) => Assert.Equal(Expected, ShippedAudit.FlagsIn(ShippedAudit.Read(file)));

    [Fact]
    public void Rke2_WhichHasItsOwnLog_HasTheOtherFlags() =>
        Assert.Equal(Expected.Where(flag => !flag.StartsWith("--audit-log", StringComparison.Ordinal)), ShippedAudit.FlagsIn(ShippedAudit.Read("rke2.yaml")));

    [Fact]
    public void Kind_WhichHasAPatchForEachVersionOfKubeadm_HasTheFlagsInBoth()
    {
        var node = (YamlMappingNode)Parse(ShippedAudit.Read("kind.yaml"))["nodes"][0];
        var patches = ((YamlSequenceNode)node["kubeadmConfigPatches"]).Select(patch => ((YamlScalarNode)patch).Value!).ToList();

        Assert.Equal(["kubeadm.k8s.io/v1beta4", "kubeadm.k8s.io/v1beta3"], patches.Select(patch => Parse(patch)["apiVersion"].ToString()));
        Assert.All(patches, patch => Assert.Equal(Expected, ShippedAudit.FlagsIn(patch)));
        Assert.Equal(Parse(ShippedAudit.Read("kubeadm.yaml"))["apiServer"], Parse(patches[0])["apiServer"]);
    }

    [Theory]
    [InlineData("kubeadm.yaml")]
    [InlineData("static-pod.yaml")]
    [InlineData("k3s.yaml")]
    [InlineData("rke2.yaml")]
    [InlineData("kind.yaml")]
    [InlineData("webhook-token.kubeconfig")]
    [InlineData("webhook-client-certificate.kubeconfig")]
    public void File_Yaml_IsAMapping(string file) => Assert.NotEmpty(((YamlMappingNode)Parse(ShippedAudit.Read(file))).Children);

    [Fact]
    public void Readme_EveryFileAndFlag_IsExplained()
    {
        var page = ShippedAudit.Read("README.md");

        Assert.All(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "kube-apiserver")).Select(file => Path.GetFileName(file)!).Where(file => file != "README.md"),
            file => Assert.Contains($"]({file})", page, StringComparison.Ordinal));
        Assert.All(Expected.Where(flag => !flag.StartsWith("--audit-log", StringComparison.Ordinal)), flag => Assert.Contains(flag.Split('=')[0], page, StringComparison.Ordinal));
    }

    private static YamlNode Parse(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return Assert.Single(yaml.Documents).RootNode;
    }
}
