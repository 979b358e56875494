namespace AuditWatch.Policy;

/// <summary>How much of a request the API server records: the levels of audit.k8s.io/v1, each with all that those before it have.</summary>
public enum AuditLevel
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Who asked for what and how it ended; no bodies.</summary>
    Metadata,

    /// <summary>The body of the request as well.</summary>
    Request,

    /// <summary>The body of the answer as well.</summary>
    RequestResponse,
}
