using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// Decides what of an event may be shown to a person. Never shown are bodies of Secrets, ConfigMaps, token requests and token reviews, values of environment
/// variables and of JSON Patches, and the copies of objects that kubectl keeps in annotations; credentials in other text are masked by <see cref="SecretMask"/>. Safe for any number of threads.
/// </summary>
internal static class Redaction
{
    private static readonly string[] BodyRoots = ["requestObject", "responseObject", "object", "podSpec", "containers", "change", "changedPodSpec", "changedContainers"];

    // What of the body of a Secret or a token request is no secret.
    private static readonly string[] Harmless =
    [
        "kind", "apiVersion", "type", "metadata.name", "metadata.namespace", "spec.audiences", "spec.expirationSeconds",
        "spec.boundObjectRef.kind", "spec.boundObjectRef.apiVersion", "spec.boundObjectRef.name",
    ];

    /// <summary>Whether a path leads into a body: of nothing else is anything hidden.</summary>
    public static bool IsBody(string path) => BodyRoots.Contains(Split(path).Root, StringComparer.Ordinal);

    /// <summary>Whether the value under <paramref name="path"/> in this event must not be shown.</summary>
    public static bool Hides(in AuditEvent auditEvent, string path)
    {
        var (root, below) = Split(path);
        if (!BodyRoots.Contains(root, StringComparer.Ordinal))
        {
            return false;
        }

        return IsEnvironmentValue(root is "containers" or "changedContainers" ? "containers." + below : below)
            || IsPatchedValue(auditEvent, below)
            || IsCopyOfObject(below)
            || (IsSecret(auditEvent) && !Harmless.Contains(below, StringComparer.Ordinal));
    }

    /// <summary>Whether nothing of the bodies of this event may be shown but what is harmless in every object.</summary>
    public static bool IsSecret(in AuditEvent auditEvent) =>
        IsSecretResource(auditEvent[EventField.ObjectRefResource], auditEvent[EventField.ObjectRefSubresource])
        || IsSecretKind(auditEvent[EventField.RequestObject]) || IsSecretKind(auditEvent[EventField.ResponseObject]);

    /// <summary>Whether what stands in an object under a key must not be shown, whatever the object is.</summary>
    public static bool HidesUnder(string key) => key == "env" || IsCopyOfObject(key);

    /// <summary>Whether a key is that of an annotation in which kubectl keeps the whole object.</summary>
    public static bool IsCopyOfObject(string key) => key.Contains("last-applied-configuration", StringComparison.Ordinal);

    private static (string Root, string Below) Split(string path) =>
        path.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? (path[..dot], path[(dot + 1)..]) : (path, "");

    private static bool IsEnvironmentValue(string path) =>
        path.StartsWith("env.", StringComparison.Ordinal) || path.Contains(".env.", StringComparison.Ordinal);

    // A JSON Patch says in "path" what "value" is: an environment variable, for all that can be told from the field.
    private static bool IsPatchedValue(in AuditEvent auditEvent, string below) =>
        (below == "value" || below.StartsWith("value.", StringComparison.Ordinal)) && auditEvent[EventField.RequestObject].Kind == JsonKind.Array;

    private static bool IsSecretResource(JsonValue resource, JsonValue subresource) =>
        resource.Is("secrets"u8) || resource.Is("configmaps"u8) || resource.Is("tokenreviews"u8) || resource.Is("tokenrequests"u8)
        || (resource.Is("serviceaccounts"u8) && subresource.Is("token"u8));

    private static bool IsSecretKind(JsonValue body)
    {
        var kind = RelativePath.Member(body, "kind"u8);
        return kind.Is("Secret"u8) || kind.Is("SecretList"u8) || kind.Is("ConfigMap"u8) || kind.Is("ConfigMapList"u8)
            || kind.Is("TokenRequest"u8) || kind.Is("TokenReview"u8);
    }
}
