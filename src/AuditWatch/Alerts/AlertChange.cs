namespace AuditWatch.Alerts;

/// <summary>What a finding did to an alert.</summary>
public enum AlertChangeKind
{
    /// <summary>There was no open alert of the fingerprint: one was opened.</summary>
    Opened,

    /// <summary>The open alert counts one more.</summary>
    Repeated,
}

/// <summary>A change to an alert that a batch brought about.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Alert">The alert as it stands after the change.</param>
public readonly record struct AlertChange(AlertChangeKind Kind, Alert Alert);
