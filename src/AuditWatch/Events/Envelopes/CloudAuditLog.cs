using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuditWatch.Events.Json;

namespace AuditWatch.Events.Envelopes;

/// <summary>
/// Translates what Google Kubernetes Engine writes into Cloud Logging, which is no audit.k8s.io Event any more, into one. Only what is exact is
/// translated: the uid of the user, the groups of a person, the query of the URI (and with it the command of an exec) and when the request was received are
/// not in the entry, so they are not in the event. Who it is and what became of it: <see cref="CloudPrincipal"/>, <see cref="CloudStatus"/>.
/// </summary>
internal static class CloudAuditLog
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>What an entry is.</summary>
    public enum Kind
    {
        /// <summary>Something else than an audit log.</summary>
        NoAuditLog,

        /// <summary>An audit log, but not of an API server.</summary>
        OfAnotherService,

        /// <summary>An audit log of an API server.</summary>
        OfKubernetes,
    }

    /// <summary>Translates an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="payload">Its protoPayload.</param>
    /// <returns>What it is, and of an audit log of an API server the event.</returns>
    public static (Kind Kind, ReadOnlyMemory<byte> Event) Translate(JsonValue entry, JsonValue payload)
    {
        if (!Member(payload, "@type"u8).Is("type.googleapis.com/google.cloud.audit.AuditLog"u8))
        {
            return (Kind.NoAuditLog, default);
        }

        if (!Member(payload, "serviceName"u8).Is("k8s.io"u8))
        {
            return (Kind.OfAnotherService, default);
        }

        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        Write(json, entry, payload);
        json.Flush();
        return (Kind.OfKubernetes, buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, JsonValue entry, JsonValue payload)
    {
        var request = Member(payload, "request"u8);
        var response = Member(payload, "response"u8);
        var operation = Member(entry, "operation"u8);

        // What takes long has an entry for its beginning and one for its end; anything else has one that is both.
        var isStart = IsTrue(Member(operation, "first"u8)) && !IsTrue(Member(operation, "last"u8));
        json.WriteStartObject();
        json.WriteString("kind"u8, "Event"u8);
        json.WriteString("apiVersion"u8, "audit.k8s.io/v1"u8);
        json.WriteString("level"u8, response.IsPresent ? "RequestResponse"u8 : request.IsPresent ? "Request"u8 : "Metadata"u8);
        WriteText(json, "auditID"u8, Member(operation, "id"u8) is { Kind: JsonKind.String } id ? id : Member(entry, "insertId"u8));
        json.WriteString("stage"u8, isStart ? "ResponseStarted"u8 : "ResponseComplete"u8);
        WriteTarget(json, Member(payload, "methodName"u8).ToString(), Member(payload, "resourceName"u8).ToString());
        CloudPrincipal.Write(json, Member(payload, "authenticationInfo"u8), Member(payload, "status"u8));
        WriteClient(json, Member(payload, "requestMetadata"u8));
        CloudStatus.Write(json, payload, Verb(Member(payload, "methodName"u8).ToString()), ResourceName.Parse(Member(payload, "resourceName"u8).ToString())?.Subresource ?? "");
        WriteBody(json, "requestObject"u8, request);
        WriteBody(json, "responseObject"u8, response);
        WriteText(json, "stageTimestamp"u8, Member(entry, "timestamp"u8));
        WriteAnnotations(json, Member(entry, "labels"u8), Member(payload, "authorizationInfo"u8));
        json.WriteEndObject();
    }

    private static void WriteTarget(Utf8JsonWriter json, string method, string resourceName)
    {
        json.WriteString("verb"u8, Verb(method));
        json.WriteString("requestURI"u8, ResourceName.PathOf(resourceName));
        if (ResourceName.Parse(resourceName) is not { } resource)
        {
            return;
        }

        json.WriteStartObject("objectRef"u8);
        WriteUnlessEmpty(json, "resource"u8, resource.Resource);
        WriteUnlessEmpty(json, "namespace"u8, resource.Namespace);
        WriteUnlessEmpty(json, "name"u8, resource.Name);
        WriteUnlessEmpty(json, "apiGroup"u8, resource.Group);
        WriteUnlessEmpty(json, "apiVersion"u8, resource.Version);
        WriteUnlessEmpty(json, "subresource"u8, resource.Subresource);
        json.WriteEndObject();
    }

    // io.k8s.apps.v1.deployments.patch. Server-side apply is a patch to the API server.
    private static string Verb(string method) => method[(method.LastIndexOf('.') + 1)..] is var verb && verb == "apply" ? "patch" : verb;

    private static void WriteClient(Utf8JsonWriter json, JsonValue metadata)
    {
        if (Member(metadata, "callerIp"u8) is { Kind: JsonKind.String } address)
        {
            json.WriteStartArray("sourceIPs"u8);
            json.WriteStringValue(address.ToString());
            json.WriteEndArray();
        }

        WriteText(json, "userAgent"u8, Member(metadata, "callerSuppliedUserAgent"u8));
    }

    // The labels of an entry are the annotations of the event. Where they do not tell the decision, the authorization does.
    private static void WriteAnnotations(Utf8JsonWriter json, JsonValue labels, JsonValue authorizations)
    {
        var authorization = First(authorizations);
        if (authorization.Kind != JsonKind.Object || Member(labels, "authorization.k8s.io/decision"u8).IsPresent)
        {
            WriteBody(json, "annotations"u8, labels);
            return;
        }

        json.WriteStartObject("annotations"u8);
        if (labels.Kind == JsonKind.Object)
        {
            var members = new Utf8JsonReader(labels.Bytes, JsonValue.ReaderOptions);
            members.Read();
            while (members.Read() && members.TokenType == JsonTokenType.PropertyName)
            {
                json.WritePropertyName(new JsonValue(JsonKind.String, members.ValueSpan, members.ValueIsEscaped).ToString());
                members.Read();
                var value = JsonValue.FromReader(ref members, labels.Bytes);
                json.WriteStringValue(value.ToString());
            }
        }

        var isGranted = IsTrue(Member(authorization, "granted"u8));
        json.WriteString("authorization.k8s.io/decision"u8, isGranted ? "allow"u8 : "forbid"u8);
        json.WriteString("authorization.k8s.io/reason"u8, $"{(isGranted ? "allowed" : "denied")}: {Member(authorization, "permission"u8).ToString()} on {Member(authorization, "resource"u8).ToString()}");
        json.WriteEndObject();
    }

    private static JsonValue First(JsonValue array)
    {
        if (array.Kind != JsonKind.Array)
        {
            return default;
        }

        var elements = new JsonElements(array);
        return elements.MoveNext() ? elements.Current : default;
    }

    private static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonValue value)
    {
        if (value.Kind == JsonKind.String)
        {
            json.WriteString(name, value.ToString());
        }
    }

    private static void WriteUnlessEmpty(Utf8JsonWriter json, ReadOnlySpan<byte> name, string text)
    {
        if (text.Length > 0)
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteBody(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonValue body)
    {
        if (body.Kind == JsonKind.Object)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(body.Bytes, skipInputValidation: true);
        }
    }

    private static bool IsTrue(JsonValue value) => value.Bytes.SequenceEqual("true"u8) && value.Kind == JsonKind.Boolean;

    private static JsonValue Member(JsonValue parent, ReadOnlySpan<byte> key) => RelativePath.Member(parent, key);
}
