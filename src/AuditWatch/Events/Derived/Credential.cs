using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// <c>credential.id</c>: the credential that a request was made with, such as <c>JTI=UUID</c> of a service account's token, from the user's extra
/// (Kubernetes 1.30 and later); <c>credential.issued</c>: that of the token which a TokenRequest got, from the audit annotation. The API server
/// writes the same text into both (KEP-4193; k8s.io/kubernetes, pkg/registry/core/serviceaccount/storage/token.go), so one leads to the other.
/// </summary>
internal static class Credential
{
    public static JsonValue Used(in AuditEvent auditEvent)
    {
        var extra = RelativePath.Member(auditEvent[EventField.User], "extra"u8);
        return RelativePath.Member(extra, "authentication.kubernetes.io/credential-id"u8);
    }

    public static JsonValue Issued(in AuditEvent auditEvent) =>
        RelativePath.Member(auditEvent[EventField.Annotations], "authentication.kubernetes.io/issued-credential-id"u8);
}
