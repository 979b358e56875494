using System.Net;
using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Incidents;

/// <summary>What kind of thing alerts can share.</summary>
internal enum EntityKind
{
    /// <summary>A user or service account, by its user name: who acted, as whom, whose token was made, who was given a role.</summary>
    Account,

    /// <summary>A credential, by its id.</summary>
    Credential,

    /// <summary>An object, such as <c>payments/pods/shell</c>.</summary>
    Object,

    /// <summary>A Role or ClusterRole that was changed or bound.</summary>
    Role,

    /// <summary>A RoleBinding or ClusterRoleBinding that was changed, or let a request through.</summary>
    Binding,

    /// <summary>A client's address.</summary>
    Address,
}

/// <summary>Something that an alert is about.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name, unique within its kind and cluster.</param>
/// <param name="IsUse">Whether the alert's request only made use of it: that everybody does whom it was made for.</param>
internal readonly record struct AlertEntity(EntityKind Kind, string Name, bool IsUse = false)
{
    /// <summary>The entity as people read it: <c>account:jane@example.com</c>.</summary>
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()}:{Name}";
}

/// <summary>
/// Reads what an alert is about from the requests that it keeps. What somebody asked for and was denied says who they are and nothing of what they named: whoever has no rights cannot tie the
/// stories of others together by asking for what they deal with.
/// </summary>
internal static class AlertEntities
{
    /// <summary>The most entities of an alert, in the order of its requests; what is beyond joins nobody.</summary>
    public const int MaxOfAlert = 64;

    private const string ServiceAccountPrefix = "system:serviceaccount:";

    /// <summary>The entities, each once. What cannot join anybody (a loopback address, what comes with Kubernetes) is not among them.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="beyond">How many more it has than it may.</param>
    public static IReadOnlyList<AlertEntity> Of(Alert alert, out int beyond)
    {
        var entities = new Dictionary<(EntityKind, string), AlertEntity>();
        Add(entities, new AlertEntity(EntityKind.Account, alert.Actor));
        foreach (var request in alert.Requests)
        {
            Add(entities, new AlertEntity(EntityKind.Account, request.User ?? ""));
            Add(entities, new AlertEntity(EntityKind.Account, request.ImpersonatedUser ?? ""));
            Add(entities, new AlertEntity(EntityKind.Address, AddressOf(request)));
            var wasDenied = request.Outcome == "denied";
            Add(entities, wasDenied ? default : OfObject(request.ObjectRef));
            foreach (var related in request.Related.Where(one => !wasDenied || one.StartsWith("credential:", StringComparison.Ordinal)))
            {
                Add(entities, OfRelated(related));
            }
        }

        beyond = Math.Max(0, entities.Count - MaxOfAlert);
        return [.. entities.Values.Take(MaxOfAlert)];
    }

    /// <summary>Whether many act under this name: the control plane, and whoever has not said who they are.</summary>
    public static bool IsShared(string account) =>
        account.StartsWith("system:", StringComparison.Ordinal) && !account.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal) && !account.StartsWith("system:node:", StringComparison.Ordinal);

    private static void Add(Dictionary<(EntityKind, string), AlertEntity> entities, AlertEntity entity)
    {
        if (!string.IsNullOrEmpty(entity.Name) && !IsBuiltIn(entity) && (!entities.TryGetValue((entity.Kind, entity.Name), out var known) || known.IsUse))
        {
            entities[(entity.Kind, entity.Name)] = entity;
        }
    }

    private static string AddressOf(RequestSnapshot request) =>
        IPAddress.TryParse(request.ClientIP, out var address) && !IPAddress.IsLoopback(address) ? address.ToString() : "";

    private static AlertEntity OfObject(ObjectReference? reference) => reference switch
    {
        null or { Name: null or "" } => default,
        { Resource: "serviceaccounts", Namespace: { } space } => new AlertEntity(EntityKind.Account, $"{ServiceAccountPrefix}{space}:{reference.Name}"),
        { Resource: "roles" or "clusterroles" } => new AlertEntity(EntityKind.Role, InNamespace(reference)),
        { Resource: "rolebindings" or "clusterrolebindings" } => new AlertEntity(EntityKind.Binding, InNamespace(reference)),
        _ => new AlertEntity(EntityKind.Object, reference.Path!),
    };

    private static string InNamespace(ObjectReference reference) => string.IsNullOrEmpty(reference.Namespace) ? reference.Name! : $"{reference.Namespace}/{reference.Name}";

    private static AlertEntity OfRelated(string related)
    {
        var colon = related.IndexOf(':', StringComparison.Ordinal);
        var name = related[(colon + 1)..];
        return related[..colon] switch
        {
            "credential" => new AlertEntity(EntityKind.Credential, name),
            "role" => new AlertEntity(EntityKind.Role, name),
            "binding" => new AlertEntity(EntityKind.Binding, name, IsUse: true),
            "user" => new AlertEntity(EntityKind.Account, name),
            "serviceaccount" => new AlertEntity(EntityKind.Account, ServiceAccountPrefix + name.Replace('/', ':')),
            _ => default,
        };
    }

    // Bound or used everywhere.
    private static bool IsBuiltIn(AlertEntity entity) =>
        entity.Kind is EntityKind.Role or EntityKind.Binding && (entity.Name is "cluster-admin" or "admin" or "edit" or "view" || entity.Name.StartsWith("system:", StringComparison.Ordinal));
}
