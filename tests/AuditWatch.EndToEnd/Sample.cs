namespace AuditWatch.EndToEnd;

/// <summary>The audit log of a real kube-apiserver on which benign work and attacks were carried out.</summary>
internal static class Sample
{
    /// <summary>The log.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "sample.jsonl");

    /// <summary>What was done in it, and who did it: each raises an alert.</summary>
    public static IReadOnlyList<(string Detection, string Actor)> Attacks { get; } =
    [
        ("anonymous_request", "system:anonymous"),
        ("attach_to_pod", "jane@example.com"),
        ("cluster_admin_bound", "admin"),
        ("exec_into_pod", "jane@example.com"),
        ("forbidden_burst", "mallory@example.com"),
        ("impersonation_used", "admin"),
        ("privileged_pod_created", "admin"),
        ("privileged_role_created", "admin"),
        ("role_grants_pod_exec", "admin"),
        ("secret_deleted", "admin"),
        ("secret_read_by_service_account", "system:serviceaccount:payments:app"),
        ("service_account_token_requested", "admin"),
    ];

    /// <summary>The log's events, a line each.</summary>
    public static IReadOnlyList<string> Lines { get; } = File.ReadAllLines(Path);

    /// <summary>What <c>scan</c> finds in the log with the shipped detections, by detection.</summary>
    public static async Task<IReadOnlyList<AlertLine>> ScanAsync() => AlertLine.Parse(await Cli.RunAsync("scan", Path, "--format", "json"));
}
