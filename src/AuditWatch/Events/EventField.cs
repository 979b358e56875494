namespace AuditWatch.Events;

/// <summary>
/// The indexed fields of an audit event: their places are found in the single pass in which its text is read. Every other field is looked up in the text on
/// demand. Names and meanings are those of audit.k8s.io/v1 Event.
/// </summary>
public enum EventField : byte
{
    /// <summary>Event, or absent in an EventList.</summary>
    Kind,

    /// <summary>audit.k8s.io/v1 or an earlier version, or absent in an EventList.</summary>
    ApiVersion,

    /// <summary>How much was recorded: Metadata, Request or RequestResponse.</summary>
    Level,

    /// <summary>The id of the request. A client may choose it.</summary>
    AuditId,

    /// <summary>RequestReceived, ResponseStarted, ResponseComplete or Panic.</summary>
    Stage,

    /// <summary>The URI as the client sent it to the server.</summary>
    RequestUri,

    /// <summary>The Kubernetes verb, or the HTTP method in lower case for a request that is not for a resource.</summary>
    Verb,

    /// <summary>The authenticated user: an object, empty for a 401.</summary>
    User,

    /// <summary>The name of the authenticated user.</summary>
    UserName,

    /// <summary>The groups of the authenticated user.</summary>
    UserGroups,

    /// <summary>The user that is acted as, where there is impersonation.</summary>
    ImpersonatedUser,

    /// <summary>The name of the user that is acted as.</summary>
    ImpersonatedUserName,

    /// <summary>The addresses the request came through; all but the last may be forged.</summary>
    SourceIPs,

    /// <summary>What the client calls itself.</summary>
    UserAgent,

    /// <summary>What the request is for: an object, absent from requests that are not for a resource.</summary>
    ObjectRef,

    /// <summary>The resource, in the plural.</summary>
    ObjectRefResource,

    /// <summary>The namespace of the object.</summary>
    ObjectRefNamespace,

    /// <summary>The name of the object.</summary>
    ObjectRefName,

    /// <summary>The API group of the resource; absent for the core group.</summary>
    ObjectRefApiGroup,

    /// <summary>The subresource, such as <c>exec</c>.</summary>
    ObjectRefSubresource,

    /// <summary>The answer's status: an object, absent at RequestReceived.</summary>
    ResponseStatus,

    /// <summary>The HTTP status code of the answer.</summary>
    ResponseStatusCode,

    /// <summary>The body of the request, at level Request and above.</summary>
    RequestObject,

    /// <summary>The body of the answer, at level RequestResponse.</summary>
    ResponseObject,

    /// <summary>When the request reached the server.</summary>
    RequestReceivedTimestamp,

    /// <summary>When the request reached the stage of this event.</summary>
    StageTimestamp,

    /// <summary>What the server's plugins noted: the authorization decision and its reason among them.</summary>
    Annotations,
}
