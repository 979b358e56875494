using System.Text;
using System.Text.Json.Serialization;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Detection;

/// <summary>What a person needs to know of a request that matched, copied from the event without its secrets, and independent of the batch. Immutable.</summary>
public sealed record RequestSnapshot
{
    private const int UuidLength = 36;

    private static readonly FieldPath CommandField = FieldPath.Parse("command");
    private static readonly FieldPath ReasonField = FieldPath.Parse("annotations.authorization.k8s.io/reason");

    // A UUID, which is what API servers generate, takes a sixth of the memory of its text. Of anything else that a client chose, the text is kept.
    private readonly Guid _auditUuid;
    private readonly string? _auditId;

    // One text, by which snapshots are compared like by the others.
    private readonly string _related = "";

    /// <summary>The audit id, by which the request is found in the log. A client can choose it.</summary>
    public string? AuditId
    {
        get => _auditUuid != Guid.Empty ? _auditUuid.ToString() : _auditId;
        init => (_auditUuid, _auditId) = Guid.TryParseExact(value, "D", out var uuid) && uuid.ToString() == value && uuid != Guid.Empty ? (uuid, null) : (default(Guid), value);
    }

    /// <summary>The bytes of <see cref="AuditId"/> in UTF-8, without making a text of it.</summary>
    internal int AuditIdBytes => _auditUuid != Guid.Empty ? UuidLength : Encoding.UTF8.GetByteCount(_auditId ?? "");

    /// <summary>The stage of the event that matched.</summary>
    public string? Stage { get; init; }

    /// <summary>The event time.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The verb.</summary>
    public string? Verb { get; init; }

    /// <summary>The request's URI, tokens masked.</summary>
    public string? RequestUri { get; init; }

    /// <summary>The authenticated user.</summary>
    public string? User { get; init; }

    /// <summary>The impersonated user; null if there is none.</summary>
    public string? ImpersonatedUser { get; init; }

    /// <summary>The last of the source addresses, the one that cannot be forged.</summary>
    public string? ClientIP { get; init; }

    /// <summary>The user agent, as the client gave it.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The object of the request; null if it is for no resource.</summary>
    public ObjectReference? ObjectRef { get; init; }

    /// <summary>The HTTP status code; null if the event has none.</summary>
    public int? Code { get; init; }

    /// <summary>allowed, denied, failed or started.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>The authorizer's reason: the RBAC binding and role that allowed the request, or why it was denied.</summary>
    public string? Reason { get; init; }

    /// <summary>The command of an exec, attach or kubelet proxy request.</summary>
    public string? Command { get; init; }

    /// <summary>
    /// What else it is about, each as <c>kind:name</c>: the <c>credential:</c> it was made with or got, the <c>binding:</c> that let it through, and of a binding that it changes the
    /// <c>role:</c> and the <c>user:</c> or <c>serviceaccount:</c> that gets it; the <c>identity:</c> in the cloud of who made it. At most 16.
    /// </summary>
    public IReadOnlyList<string> Related
    {
        get => _related.Length == 0 ? [] : _related.Split('\n');
        init => _related = string.Join('\n', value.Take(RelatedEntities.MaxCount).Select(one => one.Replace('\n', ' ')));
    }

    /// <summary>Who made it in the cloud's own terms, such as the ARN, the session and the access key's id of IAM; null if the event does not say.</summary>
    public string? CloudIdentity => _related.Length == 0 ? null : Related.FirstOrDefault(one => one.StartsWith(RelatedEntities.IdentityPrefix, StringComparison.Ordinal))?[RelatedEntities.IdentityPrefix.Length..];

    /// <summary>
    /// What it asks to change of an object, a line each: <c>set spec.hostPID: true</c>, <c>removed metadata.labels.a</c>, and of an update what the server made of it. Empty where the log does not say,
    /// and for a request that no alert keeps. A line at the end says how many more there were.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<string> Changes
    {
        get => ChangesText is null ? [] : ChangesText.Split('\n');
        init => ChangesText = value.Count == 0 ? null : string.Join('\n', value.Select(one => one.Replace('\n', ' ')));
    }

    /// <summary><see cref="Changes"/> as they are kept; null if there are none.</summary>
    [JsonInclude]
    internal string? ChangesText { get; init; }

    /// <summary><see cref="Related"/> as it is kept, a line each.</summary>
    internal string RelatedText => _related;

    /// <summary>The snapshot of an event's request. Secrets are left out or masked: see <see cref="Redaction"/>.</summary>
    internal static RequestSnapshot Of(in AuditEvent auditEvent) => new()
    {
        AuditId = EventText.OfUnique(auditEvent[EventField.AuditId]),
        Stage = EventText.Of(auditEvent[EventField.Stage]),
        Time = auditEvent.Time,
        Verb = EventText.Of(auditEvent[EventField.Verb]),
        RequestUri = EventText.Of(auditEvent[EventField.RequestUri]),
        User = EventText.Of(auditEvent[EventField.UserName]),
        ImpersonatedUser = EventText.Of(auditEvent[EventField.ImpersonatedUserName]),
        ClientIP = EventText.Of(Events.Derived.ClientIP.Of(auditEvent)),
        UserAgent = EventText.Of(auditEvent[EventField.UserAgent]),
        ObjectRef = auditEvent[EventField.ObjectRef].Kind != JsonKind.Object ? null : new ObjectReference(
            EventText.Of(auditEvent[EventField.ObjectRefApiGroup]),
            EventText.Of(auditEvent[EventField.ObjectRefResource]),
            EventText.Of(auditEvent[EventField.ObjectRefSubresource]),
            EventText.Of(auditEvent[EventField.ObjectRefNamespace]),
            EventText.Of(auditEvent[EventField.ObjectRefName])),
        Code = auditEvent[EventField.ResponseStatusCode].TryGetInt64(out var code) ? (int)code : null,
        Outcome = EventText.Of(Events.Derived.Outcome.Of(auditEvent)) ?? "",
        Reason = EventText.Of(auditEvent, ReasonField) is { Length: > 0 } reason ? reason : null,
        Command = EventText.Of(auditEvent, CommandField),
        Related = RelatedEntities.Of(auditEvent),
    };

    /// <summary>Returns an equal snapshot that shares with another one the strings that are equal: many similar ones then take a fraction of the memory.</summary>
    public RequestSnapshot SharingWith(RequestSnapshot other) => this with
    {
        Stage = Share(Stage, other.Stage),
        Verb = Share(Verb, other.Verb),
        RequestUri = Share(RequestUri, other.RequestUri),
        User = Share(User, other.User),
        ImpersonatedUser = Share(ImpersonatedUser, other.ImpersonatedUser),
        ClientIP = Share(ClientIP, other.ClientIP),
        UserAgent = Share(UserAgent, other.UserAgent),
        ObjectRef = ObjectRef == other.ObjectRef ? other.ObjectRef : ObjectRef,
        Outcome = Outcome == other.Outcome ? other.Outcome : Outcome,
        Reason = Share(Reason, other.Reason),
        Command = Share(Command, other.Command),
        ChangesText = Share(ChangesText, other.ChangesText),
    };

    /// <summary>A copy whose texts are cut; itself where nothing is.</summary>
    internal RequestSnapshot Cut(Func<string?, string?> cut)
    {
        var cutOne = this with
        {
            AuditId = cut(AuditId),
            RequestUri = cut(RequestUri),
            User = cut(User),
            ImpersonatedUser = cut(ImpersonatedUser),
            ClientIP = cut(ClientIP),
            UserAgent = cut(UserAgent),
            ObjectRef = ObjectRef is null ? null : new ObjectReference(cut(ObjectRef.ApiGroup), cut(ObjectRef.Resource), cut(ObjectRef.Subresource), cut(ObjectRef.Namespace), cut(ObjectRef.Name)),
            Stage = cut(Stage),
            Verb = cut(Verb),
            Reason = cut(Reason),
            Command = cut(Command),
            Related = cut(_related)?.Split('\n') ?? [],
            ChangesText = cut(ChangesText),
        };
        return cutOne == this ? this : cutOne;
    }

    private static string? Share(string? own, string? others) => own == others ? others : own;
}

/// <summary>The object of a request, as in the event's <c>objectRef</c>.</summary>
/// <param name="ApiGroup">The API group; null for the core group.</param>
/// <param name="Resource">The resource, in the plural.</param>
/// <param name="Subresource">The subresource, if any.</param>
/// <param name="Namespace">The namespace; null for what has none.</param>
/// <param name="Name">The object's name; null for a list or a generated name.</param>
public sealed record ObjectReference(string? ApiGroup, string? Resource, string? Subresource, string? Namespace, string? Name)
{
    /// <summary>The object itself, whatever part of it the request is for, as <see cref="ToString"/> writes it: <c>payments/pods/shell</c>; null where none is named.</summary>
    public string? Path => string.IsNullOrEmpty(Name) ? null : (this with { Subresource = null }).ToString();

    /// <summary>As kubectl writes it: <c>pods/exec shell -n payments</c> becomes <c>payments/pods/shell/exec</c>.</summary>
    public override string ToString() =>
        string.Join('/', new[] { Namespace, Resource, Name, Subresource }.Where(part => !string.IsNullOrEmpty(part)));
}
