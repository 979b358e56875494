namespace AuditWatch;

/// <summary>What was done in the sample log, and who did it: each raises an alert, in the library's stages and in the executable alike.</summary>
internal static class SampleAttacks
{
    public static IReadOnlyList<(string Detection, string Actor)> All { get; } =
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
}
