namespace AuditWatch.Policy;

/// <summary>The moments of a request at which the API server writes an event, as a set.</summary>
[Flags]
public enum AuditStages
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>Before anything is done about it.</summary>
    RequestReceived = 1,

    /// <summary>The status is sent and the body is still to come: long-running requests only, and those that nobody is authenticated for.</summary>
    ResponseStarted = 2,

    /// <summary>It is over.</summary>
    ResponseComplete = 4,

    /// <summary>It made the API server panic.</summary>
    Panic = 8,

    /// <summary>All of them.</summary>
    All = RequestReceived | ResponseStarted | ResponseComplete | Panic,
}
