using AuditWatch.Events.Derived;
using AuditWatch.Yaml;

namespace AuditWatch.Events;

/// <summary>The fields that audit.k8s.io/v1 gives an Event. Safe for any number of threads.</summary>
internal static class EventSchema
{
    private static readonly string[] TopLevel =
    [
        "kind", "apiVersion", "level", "auditID", "stage", "requestURI", "verb", "user", "impersonatedUser", "authenticationMetadata", "sourceIPs", "userAgent",
        "objectRef", "responseStatus", "requestObject", "responseObject", "requestReceivedTimestamp", "stageTimestamp", "annotations",
    ];

    // The members of authentication.k8s.io/v1 UserInfo.
    private static readonly string[] User = ["username", "uid", "groups", "extra"];

    // Of the objects whose members are all known; the last is meta/v1 Status.
    private static readonly Dictionary<string, string[]> Members = new(StringComparer.Ordinal)
    {
        ["user"] = User,
        ["impersonatedUser"] = User,
        ["objectRef"] = ["resource", "namespace", "name", "uid", "apiGroup", "apiVersion", "resourceVersion", "subresource"],
        ["responseStatus"] = ["kind", "apiVersion", "metadata", "status", "message", "reason", "details", "code"],
    };

    /// <summary>The members of an event.</summary>
    public static IReadOnlyList<string> MembersOfEvent => TopLevel;

    /// <summary>The members of those members of an event whose members are all known.</summary>
    public static IReadOnlyDictionary<string, string[]> MembersOf => Members;

    private static IEnumerable<string> Roots => TopLevel.Concat(DerivedFields.Names);

    /// <summary>Whether an event can have the field, as far as its shape is known: bodies and annotations can hold anything.</summary>
    /// <param name="name">A dotted path that is not that of a derived field.</param>
    public static bool Has(string name)
    {
        var parts = name.Split('.');
        return TopLevel.Contains(parts[0], StringComparer.Ordinal)
            && (parts.Length < 2 || !Members.TryGetValue(parts[0], out var members) || members.Contains(parts[1], StringComparer.Ordinal));
    }

    /// <summary><c>; did you mean 'x'?</c> for a path that no event has, or nothing if no known name is near.</summary>
    /// <param name="name">The path.</param>
    /// <param name="others">Other names that would do.</param>
    public static string Suggest(string name, params IEnumerable<string> others)
    {
        var parts = name.Split('.');
        if (parts.Length > 1 && Members.TryGetValue(parts[0], out var members))
        {
            return Suggestion.For($"{parts[0]}.{parts[1]}", members.Select(member => $"{parts[0]}.{member}"));
        }

        return parts.Length > 1 && DerivedFields.Names.Where(known => known.Contains('.', StringComparison.Ordinal)).ToList() is var dotted && Suggestion.For(name, dotted) is { Length: > 0 } derived
            ? derived
            : Suggestion.For(parts[0], Roots.Concat(others));
    }
}
