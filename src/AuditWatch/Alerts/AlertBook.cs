namespace AuditWatch.Alerts;

/// <summary>The open alerts.</summary>
public sealed class AlertBook
{
    /// <summary>The most requests an alert keeps as a sample.</summary>
    public const int SampleSize = 10;
}
