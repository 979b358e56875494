namespace AuditWatch.Alerts;

/// <summary>What happened to an alert.</summary>
public enum AlertChangeKind
{
    /// <summary>There was no open alert of the fingerprint: one was opened.</summary>
    Opened,

    /// <summary>The alert counts one more.</summary>
    Repeated,

    /// <summary>The alert counts one more, which is more severe than those before.</summary>
    Risen,

    /// <summary>Somebody has taken it on.</summary>
    Acknowledged,

    /// <summary>It is over.</summary>
    Closed,

    /// <summary>It has left the book to make room.</summary>
    Forgotten,
}

/// <summary>A change to an alert.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Alert">The alert as it stands after the change.</param>
public readonly record struct AlertChange(AlertChangeKind Kind, Alert Alert);
