namespace AuditWatch.Alerts;

/// <summary>Where an alert is in its life.</summary>
public enum AlertStatus
{
    /// <summary>Nobody has dealt with it.</summary>
    Open,

    /// <summary>Somebody deals with it: repeats are counted and told to nobody, unless it becomes more severe.</summary>
    Acknowledged,

    /// <summary>It is over: closed by somebody, or nothing more has happened for a while. A further finding opens another alert.</summary>
    Closed,
}
