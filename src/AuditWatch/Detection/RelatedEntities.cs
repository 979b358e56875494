using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>
/// What else a request is about than its actor and its object: the credential that it was made with or got, who made it in the cloud's own terms, the binding that let it through, and of a binding that it makes the role and who
/// gets it. It is what <see cref="RequestSnapshot.Related"/> has. Safe for any number of threads.
/// </summary>
internal static class RelatedEntities
{
    /// <summary>What stands before a <see cref="RequestSnapshot.CloudIdentity"/>.</summary>
    public const string IdentityPrefix = "identity:";

    /// <summary>The most that are kept of a request.</summary>
    public const int MaxCount = 16;

    private static readonly FieldPath[] Credentials = [FieldPath.Parse("credential.id"), FieldPath.Parse("credential.issued")];
    private static readonly FieldPath Binding = FieldPath.Parse("rbac.binding");
    private static readonly FieldPath BindingNamespace = FieldPath.Parse("rbac.namespace");
    private static readonly FieldPath BoundRole = FieldPath.Parse("binding.role");
    private static readonly FieldPath BoundKind = FieldPath.Parse("object.roleRef.kind");
    private static readonly FieldPath BoundSubjects = FieldPath.Parse("binding.subjects");
    private static readonly FieldPath ObjectNamespace = FieldPath.Parse("objectRef.namespace");

    // What clouds say of who signed in, beside the name in the cluster: IAM's of EKS, Entra ID's of AKS, and through whom a service account of Google was used.
    private static readonly (string Words, FieldPath Field)[] Identities =
    [
        ("", FieldPath.Parse("user.extra.arn")),
        ("session ", FieldPath.Parse("user.extra.sessionName")),
        ("access key ", FieldPath.Parse("user.extra.accessKeyId")),
        ("object id ", FieldPath.Parse("user.extra.oid")),
        ("through ", FieldPath.Parse("user.extra.iam.googleapis.com/delegatedBy")),
    ];

    /// <summary>The entities, each as <c>kind:name</c>.</summary>
    public static List<string> Of(in AuditEvent auditEvent)
    {
        List<string> related = [];
        Add(auditEvent, "credential:", Credentials);
        if (IdentityOf(auditEvent) is { Length: > 0 } identity)
        {
            related.Add(IdentityPrefix + identity);
        }

        Add(auditEvent, "binding:" + Prefix(auditEvent, BindingNamespace), Binding);
        if (auditEvent[EventField.ObjectRefResource].Is("rolebindings"u8) || auditEvent[EventField.ObjectRefResource].Is("clusterrolebindings"u8))
        {
            Add(auditEvent, "role:" + (EventText.Of(auditEvent, BoundKind) == "Role" ? Prefix(auditEvent, ObjectNamespace) : ""), BoundRole);
            related.AddRange(EventValues.Of(auditEvent, BoundSubjects).Where(subject => !subject.StartsWith("group:", StringComparison.Ordinal)).Take(MaxCount));
        }

        return related;

        void Add(in AuditEvent from, string prefix, params ReadOnlySpan<FieldPath> fields)
        {
            foreach (var field in fields)
            {
                if (EventText.Of(from, field) is { Length: > 0 } text)
                {
                    related.Add(prefix + text);
                }
            }
        }

        static string Prefix(in AuditEvent from, FieldPath field) => EventText.Of(from, field) is { Length: > 0 } space ? space + "/" : "";
    }

    private static string IdentityOf(in AuditEvent auditEvent)
    {
        var text = "";
        foreach (var (words, field) in Identities)
        {
            if (EventText.Of(auditEvent, field) is { Length: > 0 } identity)
            {
                text = text.Length == 0 ? words + identity : $"{text}, {words}{identity}";
            }
        }

        return text;
    }
}
