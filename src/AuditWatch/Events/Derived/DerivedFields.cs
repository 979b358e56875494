using AuditWatch.Events.Json;

namespace AuditWatch.Events.Derived;

/// <summary>
/// The registry of derived fields: those computed from an event rather than read from it. Each has a file beside this one; a new one needs a line here. Thread-safe.
/// </summary>
internal static class DerivedFields
{
    private static readonly EventField[] ActorFields = [EventField.UserName, EventField.ImpersonatedUserName];

    private static readonly EventField[] EvidenceFields =
        [EventField.User, EventField.UserName, EventField.UserGroups, EventField.ImpersonatedUser, EventField.UserAgent, EventField.SourceIPs];

    // With the fields found in the one pass that they are worked out of; none of the labels of a batch.
    private static readonly Dictionary<string, (Func<JsonValueSource> Source, EventField[]? Origins)> Scalars = new(StringComparer.Ordinal)
    {
        ["actor"] = (() => Actor.Name, ActorFields),
        ["actor.kind"] = (() => Actor.Kind, ActorFields),
        ["actor.component"] = (() => Component.Of, EvidenceFields),
        ["actor.managedBy"] = (() => ManagedBy.Of, EvidenceFields),
        ["staticPod"] = (() => StaticPod.Of, null),
        ["serviceAccount.namespace"] = (() => Actor.ServiceAccountNamespace, ActorFields),
        ["serviceAccount.name"] = (() => Actor.ServiceAccountName, ActorFields),
        ["outcome"] = (() => Outcome.Of, [EventField.ResponseStatusCode, EventField.Stage]),
        ["clientIP"] = (() => ClientIP.Of, [EventField.SourceIPs]),
        ["credential.id"] = (() => Credential.Used, null),
        ["credential.issued"] = (() => Credential.Issued, null),
        ["cluster"] = (() => static (in AuditEvent e) => Label(e.Origin.ClusterUtf8), null),
        ["source"] = (() => static (in AuditEvent e) => Label(e.Origin.SourceUtf8), null),
    };

    // Fields that lead into a body: a path may go on below them.
    private static readonly Dictionary<string, Func<JsonValueSource>> Bodies = new(StringComparer.Ordinal)
    {
        ["change"] = () => Change.Of,
        ["object"] = () => ObjectAfter.Of,
        ["podSpec"] = () => PodSpec.Of,
    };

    // Fields that make their values, of which there can be several.
    private static readonly Dictionary<string, Func<FieldPath>> Made = new(StringComparer.Ordinal)
    {
        ["command"] = () => new CommandFieldPath(),
        ["actor.subjects"] = () => new ActorSubjectsFieldPath(),
        ["request.kind"] = () => new RequestKindFieldPath(),
        [BindingFieldPath.Role] = () => new BindingFieldPath(BindingFieldPath.Role),
        [BindingFieldPath.Subjects] = () => new BindingFieldPath(BindingFieldPath.Subjects),
        [RbacFieldPath.Binding] = () => new RbacFieldPath(RbacFieldPath.Binding),
        [RbacFieldPath.Namespace] = () => new RbacFieldPath(RbacFieldPath.Namespace),
        [RbacFieldPath.Role] = () => new RbacFieldPath(RbacFieldPath.Role),
        [RbacFieldPath.Subject] = () => new RbacFieldPath(RbacFieldPath.Subject),
    };

    /// <summary>The names of all derived fields, with which a path can begin.</summary>
    public static IEnumerable<string> Names => [.. Scalars.Keys, .. Bodies.Keys, .. Made.Keys, "containers", "changedPodSpec", "changedContainers"];

    /// <summary>Creates the path of a derived field; null if there is none of that name.</summary>
    public static FieldPath? TryCreate(string name)
    {
        if (Scalars.TryGetValue(name, out var scalar))
        {
            return new DerivedFieldPath(name, scalar.Source(), RelativePath.Here, scalar.Origins);
        }

        if (Made.TryGetValue(name, out var create))
        {
            return create();
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var (root, rest) = dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..]);
        return root switch
        {
            "containers" => new ContainersFieldPath(name, RelativePath.Parse(rest)),
            "changedContainers" => ChangedSpecFieldPath.Containers(name, rest),
            "changedPodSpec" => ChangedSpecFieldPath.PodSpec(name, rest),
            _ when Bodies.TryGetValue(root, out var body) => new DerivedFieldPath(name, body(), RelativePath.Parse(rest)),
            _ => null,
        };
    }

    private static JsonValue Label(byte[] text) => text.Length == 0 ? default : JsonValue.Text(text);
}
