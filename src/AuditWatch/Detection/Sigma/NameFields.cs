namespace AuditWatch.Detection.Sigma;

/// <summary>
/// Fields whose values are names to Kubernetes, which tells them apart by letter case: <c>System:Node:n1</c> is another user than <c>system:node:n1</c>, and
/// one that anybody may be called. So tests of their text tell them apart too, otherwise than in Sigma: see docs/adr/0004-names-are-compared-to-the-letter.md.
/// </summary>
internal static class NameFields
{
    private static readonly string[] OfSenders =
    [
        "user.username", "user.uid", "user.groups", "impersonatedUser.username", "impersonatedUser.uid", "impersonatedUser.groups", "actor", "actor.component",
        "actor.managedBy", "actor.subjects", "binding.role", "binding.subjects", "rbac.binding", "rbac.namespace", "rbac.role", "rbac.subject",
        "serviceAccount.namespace", "serviceAccount.name", "staticPod",
    ];

    private static readonly string[] OfObjects = ["name", "namespace", "serviceAccountName", "serviceAccount"];

    /// <summary>Whether values of the field are names of who sends requests: users, groups, service accounts, components.</summary>
    public static bool IsOfSender(string field) => OfSenders.Contains(field, StringComparer.Ordinal);

    /// <summary>Whether values of the field are names, of senders or of objects.</summary>
    /// <param name="field">A dotted path; within an element of an array, from there.</param>
    public static bool Has(string field) => IsOfSender(field) || OfObjects.Contains(field[(field.LastIndexOf('.') + 1)..], StringComparer.Ordinal);
}
