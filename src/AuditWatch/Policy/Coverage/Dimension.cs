namespace AuditWatch.Policy.Coverage;

/// <summary>What requests are told apart by.</summary>
internal enum Dimension
{
    /// <summary>The verb.</summary>
    Verb,

    /// <summary>The resource and subresource, or the path.</summary>
    Target,

    /// <summary>The authenticated user and the groups.</summary>
    Principal,

    /// <summary>The namespace.</summary>
    Namespace,

    /// <summary>The name, as far as the URL has it.</summary>
    Name,

    /// <summary>Whether the user acts as another.</summary>
    Impersonation,
}
