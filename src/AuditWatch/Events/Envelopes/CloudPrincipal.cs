using System.Text.Json;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Envelopes;

/// <summary>
/// Translates the authenticationInfo of Google's audit log to <c>user</c> and <c>impersonatedUser</c> (google.cloud.audit.AuthenticationInfo). Groups are not in it; those that the name of a
/// node, a service account or nobody always brings with it in Kubernetes are written all the same.
/// </summary>
internal static class CloudPrincipal
{
    private const string ServiceAccount = "system:serviceaccount:";
    private const string Node = "system:node:";
    private const string Anonymous = "system:anonymous";

    /// <summary>Writes <c>user</c> and <c>impersonatedUser</c>.</summary>
    /// <param name="json">The event.</param>
    /// <param name="authentication">The authenticationInfo; may be missing.</param>
    /// <param name="status">What became of the request: credentials that are not valid belong to no user.</param>
    public static void Write(Utf8JsonWriter json, JsonValue authentication, JsonValue status)
    {
        var name = NameOf(authentication);
        if (name.Length == 0 && !(Member(status, "code"u8).TryGetInt64(out var code) && code is 16 or 401))
        {
            name = Anonymous;
        }

        json.WriteStartObject("user"u8);
        if (name.Length > 0)
        {
            json.WriteString("username"u8, name);
        }

        WriteGroups(json, name);
        WriteExtra(json, authentication);
        json.WriteEndObject();
        if (Member(authentication, "authoritySelector"u8) is { Kind: JsonKind.String, Bytes.Length: > 0 } impersonated)
        {
            json.WriteStartObject("impersonatedUser"u8);
            json.WriteString("username"u8, impersonated.ToString());
            json.WriteEndObject();
        }
    }

    // principalSubject is user:EMAIL, serviceAccount:EMAIL or principal://… of a workload identity pool, which for a service account of a cluster ends with ns/NAMESPACE/sa/NAME.
    private static string NameOf(JsonValue authentication)
    {
        if (Member(authentication, "principalEmail"u8) is { Kind: JsonKind.String, Bytes.Length: > 0 } email)
        {
            return email.ToString();
        }

        var subject = Member(authentication, "principalSubject"u8) is { Kind: JsonKind.String } text ? text.ToString() : "";
        if (subject.StartsWith("principal:", StringComparison.Ordinal) && subject.Contains(".svc.id.goog/", StringComparison.Ordinal)
            && subject.Split('/') is [.., "ns", var space, "sa", var account])
        {
            return $"{ServiceAccount}{space}:{account}";
        }

        return subject.StartsWith("user:", StringComparison.Ordinal) || subject.StartsWith("serviceAccount:", StringComparison.Ordinal)
            ? subject[(subject.IndexOf(':', StringComparison.Ordinal) + 1)..]
            : subject;
    }

    // k8s.io/apiserver, pkg/authentication/user and serviceaccount.
    private static void WriteGroups(Utf8JsonWriter json, string name)
    {
        string[] groups = name.StartsWith(ServiceAccount, StringComparison.Ordinal) && name.Split(':') is [_, _, var space, _]
            ? ["system:serviceaccounts", $"system:serviceaccounts:{space}", "system:authenticated"]
            : name.StartsWith(Node, StringComparison.Ordinal) ? ["system:nodes", "system:authenticated"]
            : name == Anonymous ? ["system:unauthenticated"]
            : [];
        if (groups.Length == 0)
        {
            return;
        }

        json.WriteStartArray("groups"u8);
        foreach (var group in groups)
        {
            json.WriteStringValue(group);
        }

        json.WriteEndArray();
    }

    // Through whom a service account was used, and with which key.
    private static void WriteExtra(Utf8JsonWriter json, JsonValue authentication)
    {
        var delegation = Member(authentication, "serviceAccountDelegationInfo"u8);
        var key = Member(authentication, "serviceAccountKeyName"u8);
        if (delegation.Kind != JsonKind.Array && key.Kind != JsonKind.String)
        {
            return;
        }

        json.WriteStartObject("extra"u8);
        if (key.Kind == JsonKind.String)
        {
            json.WriteStartArray("iam.googleapis.com/serviceAccountKeyName"u8);
            json.WriteStringValue(key.ToString());
            json.WriteEndArray();
        }

        if (delegation.Kind == JsonKind.Array)
        {
            json.WriteStartArray("iam.googleapis.com/delegatedBy"u8);
            var steps = new JsonElements(delegation);
            while (steps.MoveNext())
            {
                var party = Member(steps.Current, "firstPartyPrincipal"u8);
                json.WriteStringValue(NameOf(party.Kind == JsonKind.Object ? party : steps.Current));
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static JsonValue Member(JsonValue parent, ReadOnlySpan<byte> key) => RelativePath.Member(parent, key);
}
