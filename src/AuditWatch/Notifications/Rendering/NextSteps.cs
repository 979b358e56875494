using System.Text.RegularExpressions;
using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Notifications.Rendering;

/// <summary>
/// The kubectl commands to look further with: at the object, at what the actor may do, at where the actor's power comes from. They only read, and none
/// prints a secret's data. Names that are not an object's name stay out, so that none is taken for an option; every name is in single quotes.
/// </summary>
internal static partial class NextSteps
{
    private const string ServiceAccountPrefix = "system:serviceaccount:";

    // What can be created but never looked at again.
    private static readonly HashSet<string> Transient = new(StringComparer.Ordinal)
    {
        "selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews", "subjectaccessreviews", "localsubjectaccessreviews", "tokenreviews",
    };

    /// <summary>Up to three commands.</summary>
    public static IReadOnlyList<string> For(Alert alert)
    {
        var request = alert.Requests.Count > 0 ? alert.Requests[0] : null;
        if (alert.Detection.Name.StartsWith("auditwatch_", StringComparison.Ordinal))
        {
            // AuditWatch says something of itself or its sources, and the runbook says what to do.
            return [];
        }

        var actor = alert.Actor.Length == 0 ? "system:anonymous" : alert.Actor;
        var inNamespace = request?.ObjectRef?.Namespace is { } space && NamePattern().IsMatch(space) ? $" -n {Quote(space)}" : "";
        var steps = new List<string> { AtObject(request, inNamespace) };

        // Longer names than the API server takes for a service account, or with invisible characters, would not survive being copied.
        if (actor.Length <= 320 && DisplayText.Of(actor, 640) == actor)
        {
            steps.Add($"kubectl{inNamespace} auth can-i --list --as={Quote(actor)}");
            steps.Add(BehindActor(actor));
        }

        return steps;
    }

    /// <summary>The text as one word of a POSIX shell.</summary>
    internal static string Quote(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static string AtObject(RequestSnapshot? request, string inNamespace)
    {
        if (request?.ObjectRef is not { Resource: { } resource } target || !ResourcePattern().IsMatch(resource) || Transient.Contains(resource))
        {
            return "kubectl get events -A --sort-by=.lastTimestamp";
        }

        var kind = target.ApiGroup is { } group && ResourcePattern().IsMatch(group) ? $"{resource}.{group}" : resource;
        if (target.Name is not { } name || !NamePattern().IsMatch(name))
        {
            return $"kubectl{inNamespace} get {kind}{(target.Namespace is null ? " -A" : "")} -o wide";
        }

        if (request.Verb is "delete")
        {
            return $"kubectl{inNamespace} get events --field-selector involvedObject.name={Quote(name)}";
        }

        return resource is "pods" ? $"kubectl{inNamespace} get pod {Quote(name)} -o wide" : $"kubectl{inNamespace} describe {kind} {Quote(name)}";
    }

    // Where a service account is used, and which bindings name anybody else.
    private static string BehindActor(string actor)
    {
        if (actor.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal)
            && actor[ServiceAccountPrefix.Length..].Split(':') is [var space, var name] && NamePattern().IsMatch(space) && NamePattern().IsMatch(name))
        {
            return $"kubectl -n {Quote(space)} get pods -o wide --field-selector spec.serviceAccountName={Quote(name)}";
        }

        return $"kubectl get clusterrolebindings,rolebindings -A -o wide | grep -F -- {Quote(actor)}";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:-]{0,252}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A[a-z][a-z0-9.-]{0,252}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ResourcePattern();
}
