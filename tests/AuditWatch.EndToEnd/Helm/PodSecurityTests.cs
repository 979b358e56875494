using System.Text.Json.Nodes;

namespace AuditWatch.EndToEnd.Helm;

/// <summary>The Pod Security Standard "restricted", as far as a pod's specification can break it.</summary>
public sealed class PodSecurityTests
{
    private static readonly string[] Volumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    private static readonly Dictionary<string, string[]> Exceptions = new()
    {
        ["daemonset"] = ["runs as root", "volume host-log", "volume state"],
        ["daemonset-other-user"] = ["volume host-log"],
        ["host-network"] = ["hostNetwork"],
    };

    public static TheoryData<string> Matrix => Chart.Matrix;

    [SkippableTheory]
    [MemberData(nameof(Matrix))]
    public async Task Pods_OfAnyValues_AreRestrictedButForWhatTheirModeNeeds(string values)
    {
        var manifests = Manifest.Parse(await Chart.RenderAsync(Chart.Values(values)));
        var pods = manifests.Where(manifest => manifest.PodSpec is not null).ToList();

        Assert.Equal(["Pod", values.StartsWith("daemonset", StringComparison.Ordinal) ? "DaemonSet" : values == "standby" ? "Deployment" : "StatefulSet"], pods.Select(pod => pod.Kind).OrderByDescending(kind => kind == "Pod"));
        Assert.All(pods, pod => Assert.Equal(
            pod.Kind == "Pod" ? [] : Exceptions.GetValueOrDefault(values, []),
            Violations(pod.PodSpec!).Order(StringComparer.Ordinal)));
        Assert.All(pods, pod => Assert.False((bool)pod.PodSpec!["automountServiceAccountToken"]!));
        Assert.All(manifests.Where(manifest => manifest.Kind == "ServiceAccount"), account => Assert.False((bool)account.Json["automountServiceAccountToken"]!));
    }

    [Fact]
    public void Violations_OfAPodThatBreaksEveryRule_AreAllNamed()
    {
        var pod = (JsonObject)JsonNode.Parse("""
            {"hostNetwork": true, "hostPID": true, "hostIPC": true, "securityContext": {},
             "containers": [{"name": "a", "ports": [{"hostPort": 1}], "securityContext": {"privileged": true, "capabilities": {"add": ["NET_ADMIN"]}}}],
             "volumes": [{"name": "host", "hostPath": {"path": "/"}}]}
            """)!;

        Assert.Equal(
            [
                "a: allowPrivilegeEscalation", "a: capabilities added", "a: capabilities kept", "a: hostPort", "a: privileged", "a: writable root file system",
                "hostIPC", "hostNetwork", "hostPID", "no seccomp profile", "runs as root", "volume host",
            ],
            Violations(pod).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Violations(JsonObject pod)
    {
        foreach (var key in new[] { "hostNetwork", "hostPID", "hostIPC" }.Where(key => (bool?)pod[key] == true))
        {
            yield return key;
        }

        var security = pod["securityContext"]!;
        if ((bool?)security["runAsNonRoot"] != true || (long?)security["runAsUser"] is null or 0)
        {
            yield return "runs as root";
        }

        if ((string?)security["seccompProfile"]?["type"] != "RuntimeDefault")
        {
            yield return "no seccomp profile";
        }

        foreach (var violation in pod["containers"]!.AsArray().SelectMany(container => OfContainer(container!)))
        {
            yield return violation;
        }

        foreach (var volume in pod["volumes"]?.AsArray() ?? [])
        {
            if (!volume!.AsObject().Any(pair => Volumes.Contains(pair.Key)))
            {
                yield return $"volume {volume["name"]}";
            }
        }
    }

    private static IEnumerable<string> OfContainer(JsonNode container)
    {
        var security = container["securityContext"]!;
        var capabilities = security["capabilities"];
        (bool IsBroken, string Rule)[] rules =
        [
            ((bool?)security["privileged"] == true, "privileged"),
            ((bool?)security["allowPrivilegeEscalation"] != false, "allowPrivilegeEscalation"),
            ((bool?)security["readOnlyRootFilesystem"] != true, "writable root file system"),
            (capabilities?["drop"]?.AsArray().Any(name => (string?)name == "ALL") != true, "capabilities kept"),
            (capabilities?["add"] is not null, "capabilities added"),
            (security["runAsUser"] is not null || security["seccompProfile"] is not null, "other than the pod says"),
            (container["ports"]?.AsArray().Any(port => port!["hostPort"] is not null) == true, "hostPort"),
        ];
        return rules.Where(rule => rule.IsBroken).Select(rule => $"{container["name"]}: {rule.Rule}");
    }
}
