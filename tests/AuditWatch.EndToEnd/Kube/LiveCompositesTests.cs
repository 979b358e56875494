using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Kube;

/// <summary>
/// The stories that composites tell, acted out on a real API server that is audited by the shipped policy. One is not: <c>debug_container_secrets_read</c> is about the pod in the answer to an ephemeral container, which API
/// servers have given since 1.22, and the one at hand may be older; its events are recorded in its test.
/// </summary>
public sealed class LiveCompositesTests
{
    private const string Elsewhere = "127.0.0.3";
    private const int ManySecrets = 16;
    private const int ManyDenials = 6;

    private const string Tokens = """
        walter,walter@example.com,11,"contractors"
        zoe,zoe@example.com,12,"contractors"
        node,system:node:worker,13,"system:nodes"

        """;

    [SkippableFact]
    public async Task Run_BehindARealApiServer_TellsEachStoryLive()
    {
        var (binaries, missing) = KubeBinaries.Find();
        Skip.If(binaries is null, missing);
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--config", folder.Write("auditwatch.yaml", "correlation: {lateness: 1s}"));
        await HasWatchedForAWeekAsync(service);
        await using var plane = await ControlPlane.StartAsync(binaries, new Uri(service.Http.BaseAddress!, "/webhook/shop"), ShippedAudit.Read("audit-policy.yaml"), Tokens);
        using var kubelet = new FakeKubelet();
        await plane.AddNodeAsync(kubelet.Port);
        await KubectlAsync(plane, "admin", "create namespace shop");

        await MakeBindAndUseARoleAsync(plane);
        await UseClusterAdminElsewhereAsync(plane);
        await GetWhatWasDeniedAsync(plane);
        await RemoveAGuardAndEnterTheNodeAsync(plane);
        await ApproveACertificateAndBeTheNodeAsync(plane);
        await BeAServiceAccountThatSweepsSecretsAsync(plane);

        string[] stories =
        [
            "role_made_bound_used", "cluster_admin_used_elsewhere", "kind_denied_then_allowed", "admission_removed_then_workload", "node_access_pod_entered", "certificate_approved_node_used",
            "token_requested_used_from_same_address", "secrets_swept_then_deleted", "secret_read_from_new_address",
        ];
        await service.UntilAsync("every story", () => Task.FromResult(!stories.Except(service.Alerts.Select(alert => alert.Detection)).Any()));
    }

    // That an account was never seen somewhere can be said only by who has looked all the time.
    private static async Task HasWatchedForAWeekAsync(Service service)
    {
        var then = TimeProvider.System.GetUtcNow().AddDays(-8).ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        using var earlier = new StringContent(
            $$$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"earlier","stage":"ResponseComplete","requestURI":"/version","verb":"get","user":{"username":"probe"},"responseStatus":{"code":200},"requestReceivedTimestamp":"{{{then}}}","stageTimestamp":"{{{then}}}"}""",
            Encoding.UTF8, "application/json");
        using var answer = await service.Http.PostAsync("/webhook/shop", earlier);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task MakeBindAndUseARoleAsync(ControlPlane plane)
    {
        await KubectlAsync(plane, "admin", "create clusterrole maintenance --verb=* --resource=*");
        await KubectlAsync(plane, "admin", "create clusterrolebinding maintenance --clusterrole=maintenance --user=walter@example.com");
        await GetAsync(plane, "walter", "/api/v1/namespaces/shop/pods");
    }

    private static async Task UseClusterAdminElsewhereAsync(ControlPlane plane)
    {
        await KubectlAsync(plane, "admin", "create clusterrolebinding helpers --clusterrole=cluster-admin --user=zoe@example.com");
        await GetAsync(plane, "zoe", "/api/v1/nodes", Elsewhere);
    }

    private static async Task GetWhatWasDeniedAsync(ControlPlane plane)
    {
        using var eve = plane.As("eve");
        for (var i = 0; i < ManyDenials; i++)
        {
            using var denied = await eve.GetAsync($"/api/v1/namespaces/shop/configmaps/c{i}");
            Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        }

        await KubectlAsync(plane, "admin", "create clusterrole reader --verb=list --resource=configmaps");
        await KubectlAsync(plane, "admin", "create clusterrolebinding reader --clusterrole=reader --user=eve@example.com");
        await GetAsync(plane, "eve", "/api/v1/namespaces/shop/configmaps");
    }

    private static async Task RemoveAGuardAndEnterTheNodeAsync(ControlPlane plane)
    {
        await KubectlAsync(plane, "admin", "create --validate=false -f -", """{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "guard"}}""");
        await KubectlAsync(plane, "admin", "delete validatingwebhookconfiguration guard");
        await KubectlAsync(plane, "admin", "create --validate=false -f -", """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "node-shell", "namespace": "shop"}, "spec": {"nodeName": "worker", "containers": [{"name": "sh", "image": "busybox", "securityContext": {"privileged": true}}]}}
            """);

        // The stand-in for a kubelet hangs up: what counts is that the API server let it through.
        await plane.KubectlAsync("admin", ["exec", "--namespace", "shop", "node-shell", "--", "id"], patience: 5);
    }

    private static async Task ApproveACertificateAndBeTheNodeAsync(ControlPlane plane)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var wanted = new CertificateRequest("O=system:nodes, CN=system:node:worker", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        await KubectlAsync(plane, "admin", "create --validate=false -f -", $$"""
            {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "worker-again"}, "spec": {"request": "{{Convert.ToBase64String(Encoding.ASCII.GetBytes(wanted))}}", "signerName": "kubernetes.io/kube-apiserver-client-kubelet", "usages": ["digital signature", "client auth"]} }
            """);
        await KubectlAsync(plane, "admin", "certificate approve worker-again");
        using var node = plane.As("node");
        using var denied = await node.GetAsync("/api/v1/nodes/worker");
    }

    private static async Task BeAServiceAccountThatSweepsSecretsAsync(ControlPlane plane)
    {
        await KubectlAsync(plane, "admin", "create serviceaccount checkout --namespace shop");
        await KubectlAsync(plane, "admin", "create role secrets --namespace shop --verb=get,delete --resource=secrets");
        await KubectlAsync(plane, "admin", "create rolebinding secrets --namespace shop --role=secrets --serviceaccount=shop:checkout");
        var secrets = Enumerable.Range(0, ManySecrets).Select(i => $"s{i}").ToList();
        await KubectlAsync(plane, "admin", "create --validate=false -f -", string.Join('\n', secrets.Select(name => $$"""{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "{{name}}", "namespace": "shop"} }""")));
        var answer = JsonNode.Parse(await KubectlAsync(
            plane, "admin", "create --raw /api/v1/namespaces/shop/serviceaccounts/checkout/token -f -", """{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}"""))!;
        var token = (string)answer["status"]!["token"]!;
        foreach (var secret in secrets)
        {
            await GetAsync(plane, token, $"/api/v1/namespaces/shop/secrets/{secret}");
        }

        await KubectlAsync(plane, token, "delete secret s0 --namespace shop --wait=false");
    }

    // What has just been granted holds once the API server has heard of it itself.
    private static async Task<string> KubectlAsync(ControlPlane plane, string token, string command, string input = "")
    {
        for (var tries = 1; ; tries++)
        {
            var result = await plane.KubectlAsync(token, command.Split(' '), input);
            if (result.ExitCode == 0 || tries == 20 || !result.Error.Contains("Forbidden", StringComparison.Ordinal))
            {
                Assert.True(result.ExitCode == 0, $"{command}: {result.Error}");
                return result.Out;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    private static async Task GetAsync(ControlPlane plane, string token, string path, string address = "127.0.0.1")
    {
        using var client = plane.As(token, address);
        for (var tries = 1; ; tries++)
        {
            using var answer = await client.GetAsync(path);
            if (answer.StatusCode != HttpStatusCode.Forbidden || tries == 50)
            {
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
