namespace AuditWatch.Policy.Coverage;

/// <summary>What a policy lets a detection see of requests that it is after.</summary>
internal enum Sight
{
    /// <summary>All it needs.</summary>
    Seen,

    /// <summary>Only when they are over: they go on for long, and their beginning is not written.</summary>
    Late,

    /// <summary>That they were made, and not the body that it looks into.</summary>
    Bodyless,

    /// <summary>Nothing.</summary>
    Hidden,
}
