namespace AuditWatch.Events;

/// <summary>The bodies that are derived from an event; their places are kept in the batch once they were looked for.</summary>
internal enum EventBody : byte
{
    /// <summary>The object as it is after the request.</summary>
    Object,

    /// <summary>The pod specification in it.</summary>
    PodSpec,
}
