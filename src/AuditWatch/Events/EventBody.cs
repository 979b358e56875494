namespace AuditWatch.Events;

/// <summary>The bodies that are worked out of an event, and looked for once.</summary>
internal enum EventBody : byte
{
    /// <summary>The object as it stands after the request.</summary>
    Object,

    /// <summary>The pod specification in it.</summary>
    PodSpec,
}
