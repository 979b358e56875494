using System.Globalization;
using System.Text;

namespace AuditWatch.Benchmarks;

/// <summary>
/// Audit events as a busy cluster writes them: the same ones for the same seed. Of a hundred, about 40 are leases and node status, 20 controllers'
/// lists and watches, 15 pods, 10 reads of configuration, 8 reads of secrets, 3 writes of workloads with bodies of some kilobytes, 1 an exec,
/// 1 a write of RBAC and 2 a 403; about 1.4 KB an event.
/// </summary>
internal sealed class Traffic(int seed)
{
    private static readonly string[] Namespaces = ["kube-system", "payments", "web", "search", "monitoring", "ci", "shop-eu", "shop-us"];
    private static readonly string[] Controllers = ["deployment-controller", "replicaset-controller", "endpointslice-controller", "job-controller", "horizontal-pod-autoscaler"];

#pragma warning disable CA5394 // The same traffic every time is the point.
    private readonly Random _random = new(seed);
    private int _count;

    /// <summary>The time of the last event; the next one is some hundred microseconds later.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Adds one event and a line feed.</summary>
    public void AppendTo(StringBuilder text)
    {
        _count++;
        Now += TimeSpan.FromMicroseconds(_random.Next(100, 400));
        var space = Pick(Namespaces);
        switch (_random.Next(100))
        {
            case < 25:
                Lease(text, $"node-{_random.Next(200)}");
                break;
            case < 40:
                NodeStatus(text, $"node-{_random.Next(200)}");
                break;
            case < 60:
                Write(text, "Metadata", Pick(["list", "watch"]), $"system:serviceaccount:kube-system:{Pick(Controllers)}", "kube-controller-manager/v1.34.1 (linux/amd64) kubernetes/93248f9",
                    Pick(["pods", "nodes", "endpointslices", "services"]), "", space, "", 200, "?allowWatchBookmarks=true\\u0026resourceVersion=" + _count);
                break;
            case < 75:
                Write(text, "Metadata", Pick(["get", "list", "update", "patch"]), $"system:node:node-{_random.Next(200)}", "kubelet/v1.34.1 (linux/amd64) kubernetes/93248f9",
                    "pods", Pick(["", "status"]), space, $"app-{_random.Next(500)}", 200, "");
                break;
            case < 85:
                Write(text, "Metadata", "get", $"system:serviceaccount:{space}:app-{_random.Next(40)}", "app/v0.0.0 (linux/amd64) client-go", "configmaps", "", space, $"settings-{_random.Next(60)}", 200, "");
                break;
            case < 93:
                Write(text, "Metadata", "get", $"system:node:node-{_random.Next(200)}", "kubelet/v1.34.1 (linux/amd64) kubernetes/93248f9", "secrets", "", space, $"secret-{_random.Next(60)}", 200, "");
                break;
            case < 96:
                Workload(text, space);
                break;
            case < 97:
                Write(text, "Metadata", "get", $"user-{_random.Next(30)}@example.com", "kubectl/v1.34.1 (linux/amd64) kubernetes/93248f9", "pods", "exec", space,
                    $"app-{_random.Next(500)}", 101, "?command=sh\\u0026command=-c\\u0026command=ls\\u0026container=app\\u0026stdin=true\\u0026stdout=true\\u0026tty=true");
                break;
            case < 98:
                Write(text, "RequestResponse", "create", "admin@example.com", "kubectl/v1.34.1 (linux/amd64) kubernetes/93248f9", "roles", "", space, $"role-{_count}", 201, "",
                    $$$$$"""{"kind":"Role","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"role-{{{{{_count}}}}}","namespace":"{{{{{space}}}}}"},"rules":[{"verbs":["get","list","watch"],"apiGroups":[""],"resources":["configmaps","services"]}]}""",
                    group: "rbac.authorization.k8s.io");
                break;
            default:
                Write(text, "Metadata", "list", $"system:serviceaccount:{space}:probe-{_random.Next(300)}", "probe/v1", Pick(["secrets", "nodes", "pods"]), "", space, "", 403, "");
                break;
        }
    }

    /// <summary>So many events as UTF-8, one a line.</summary>
    public static byte[] Generate(int events, int seed = 1)
    {
        var traffic = new Traffic(seed);
        var text = new StringBuilder(events * 1_400);
        for (var i = 0; i < events; i++)
        {
            traffic.AppendTo(text);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private string Pick(ReadOnlySpan<string> from) => from[_random.Next(from.Length)];
#pragma warning restore CA5394

    private void Lease(StringBuilder text, string node)
    {
        var body = $$$$$"""{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":"{{{{{node}}}}}","namespace":"kube-node-lease","uid":"6f3c7a0e-7a4b-4a0e-9d0e-0d3a5f1c2b3d","resourceVersion":"{{{{{_count}}}}}","creationTimestamp":"2026-01-07T09:12:44Z","ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"{{{{{node}}}}}","uid":"b3f0c1d2-1111-4a0e-9d0e-0d3a5f1c2b3d"}]},"spec":{"holderIdentity":"{{{{{node}}}}}","leaseDurationSeconds":40,"renewTime":"2026-11-21T00:00:00.000000Z"}}""";
        Write(text, "Request", "update", $"system:node:{node}", "kubelet/v1.34.1 (linux/amd64) kubernetes/93248f9", "leases", "", "kube-node-lease", node, 200, "?timeout=10s", body, "coordination.k8s.io");
    }

    private void NodeStatus(StringBuilder text, string node)
    {
        var conditions = string.Join(',', new[] { "MemoryPressure", "DiskPressure", "PIDPressure", "Ready" }.Select(type =>
            $$$$$"""{"type":"{{{{{type}}}}}","status":"{{{{{(type == "Ready" ? "True" : "False")}}}}}","lastHeartbeatTime":"2026-11-21T00:00:00Z","lastTransitionTime":"2026-01-07T09:12:44Z","reason":"KubeletHasSufficient","message":"kubelet has no {{{{{type}}}}}"}"""));
        var body = $$$$$"""{"status":{"$setElementOrder/conditions":[{"type":"MemoryPressure"},{"type":"DiskPressure"},{"type":"PIDPressure"},{"type":"Ready"}],"conditions":[{{{{{conditions}}}}}]}}""";
        Write(text, "Request", "patch", $"system:node:{node}", "kubelet/v1.34.1 (linux/amd64) kubernetes/93248f9", "nodes", "status", "", node, 200, "?timeout=10s", body);
    }

    private void Workload(StringBuilder text, string space)
    {
        var name = $"app-{_count}";
        var env = string.Join(',', Enumerable.Range(0, 12).Select(i => $$$$$"""{"name":"SETTING_{{{{{i}}}}}","value":"value number {{{{{i}}}}} of the workload \"{{{{{name}}}}}\""}"""));
        var containers = string.Join(',', Enumerable.Range(0, 2).Select(i =>
            $$$$$"""{"name":"c{{{{{i}}}}}","image":"registry.example.com/team/{{{{{name}}}}}:{{{{{_count}}}}}","env":[{{{{{env}}}}}],"resources":{"limits":{"cpu":"1","memory":"512Mi"},"requests":{"cpu":"100m","memory":"128Mi"}},"securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"runAsNonRoot":true},"volumeMounts":[{"name":"tmp","mountPath":"/tmp"}],"imagePullPolicy":"IfNotPresent"}"""));
        var body = $$$$$"""{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"{{{{{name}}}}}","namespace":"{{{{{space}}}}}","labels":{"app":"{{{{{name}}}}}","app.kubernetes.io/managed-by":"Helm"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"{{{{{name}}}}}"}},"template":{"metadata":{"labels":{"app":"{{{{{name}}}}}"}},"spec":{"containers":[{{{{{containers}}}}}],"volumes":[{"name":"tmp","emptyDir":{}}],"securityContext":{"runAsNonRoot":true},"serviceAccountName":"default"}}}}""";
        Write(text, "Request", "create", "system:serviceaccount:ci:deployer", "helm/v3.19.0", "deployments", "", space, name, 201, "", body, "apps");
    }

    private void Write(StringBuilder text, string level, string verb, string user, string agent, string resource, string subresource, string space, string name, int code, string query, string? body = null, string group = "")
    {
        var time = Now.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var version = group.Length == 0 ? "v1" : group + "/v1";
        var path = $"/{(group.Length == 0 ? "api" : "apis")}/{version}{(space.Length > 0 ? "/namespaces/" + space : "")}/{resource}{(name.Length > 0 ? "/" + name : "")}{(subresource.Length > 0 ? "/" + subresource : "")}{query}";
        var decision = code == 403 ? "forbid" : "allow";
        text.Append(CultureInfo.InvariantCulture, $$$$$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"{{{{{level}}}}}","auditID":"{{{{{_count:x8}}}}}-0000-4000-8000-000000000000","stage":"ResponseComplete","requestURI":"{{{{{path}}}}}","verb":"{{{{{verb}}}}}","user":{"username":"{{{{{user}}}}}","uid":"5d3c7a0e-7a4b-4a0e-9d0e-0d3a5f1c2b3d","groups":["{{{{{GroupOf(user)}}}}}","system:authenticated"],"extra":{"authentication.kubernetes.io/credential-id":["JTI=4f1c2b3d-7a4b-4a0e-9d0e-0d3a5f1c2b3d"],"authentication.kubernetes.io/pod-name":["app-7d9c5b8f6d-x2x4z"]}},"sourceIPs":["10.0.{{{{{_count % 256}}}}}.17"],"userAgent":"{{{{{agent}}}}}","objectRef":{"resource":"{{{{{resource}}}}}",""");
        Append(text, "namespace", space);
        Append(text, "name", name);
        Append(text, "apiGroup", group);
        text.Append("\"apiVersion\":\"v1\"");
        if (subresource.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $",\"subresource\":\"{subresource}\"");
        }

        text.Append(CultureInfo.InvariantCulture, $$$$$"""},"responseStatus":{"metadata":{},"code":{{{{{code}}}}}},""");
        if (body is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"\"requestObject\":{body},");
        }

        if (level == "RequestResponse")
        {
            text.Append(CultureInfo.InvariantCulture, $"\"responseObject\":{body},");
        }

        text.Append(CultureInfo.InvariantCulture, $$$$$"""
            "requestReceivedTimestamp":"{{{{{time}}}}}","stageTimestamp":"{{{{{time}}}}}","annotations":{"authorization.k8s.io/decision":"{{{{{decision}}}}}","authorization.k8s.io/reason":"RBAC: allowed by ClusterRoleBinding \"system:controllers\" of ClusterRole \"system:controllers\" to ServiceAccount"}}
            """).Append('\n');
    }

    private static string GroupOf(string user) =>
        user.StartsWith("system:node:", StringComparison.Ordinal) ? "system:nodes"
        : user.StartsWith("system:serviceaccount:", StringComparison.Ordinal) ? "system:serviceaccounts"
        : "developers";

    private static void Append(StringBuilder text, string key, string value)
    {
        if (value.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\"{key}\":\"{value}\",");
        }
    }
}
