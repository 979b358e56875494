using System.Globalization;

namespace AuditWatch.Benchmarks;

/// <summary>Detections as people write them, in any number, to see what more of them cost: each pins down a verb and a resource and looks at one thing more.</summary>
internal static class GeneratedDetections
{
    private static readonly string[] Verbs = ["create", "update", "patch", "delete", "get", "list"];
    private static readonly string[] Resources = ["pods", "secrets", "configmaps", "deployments", "roles", "nodes", "services", "leases"];
    private static readonly string[] Tests =
    [
        "user.username|startswith: 'intruder-{0}-'", "userAgent|contains: 'tool-{0}'", "objectRef.namespace: 'forbidden-{0}'", "clientIP|cidr: 198.51.{1}.0/24",
        "object.metadata.name|startswith: 'implant-{0}'", "containers.image|contains: 'miner-{0}'", "requestURI|contains: 'marker-{0}'", "user.groups: 'group-{0}'",
    ];

    /// <summary>Writes them, a file each.</summary>
    public static void Write(int count, string folder)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < count; i++)
        {
            var test = string.Format(CultureInfo.InvariantCulture, Tests[i % Tests.Length], i, i % 256);
            File.WriteAllText(Path.Combine(folder, $"generated_{i}.yml"), $$"""
                title: Generated {{i}}
                name: generated_{{i}}
                logsource: {product: kubernetes, service: audit}
                detection:
                  selection:
                    verb: {{Verbs[i / 8 % Verbs.Length]}}
                    objectRef.resource: {{Resources[i / 48 % Resources.Length]}}
                    {{test}}
                  condition: selection
                level: low
                """);
        }
    }
}
