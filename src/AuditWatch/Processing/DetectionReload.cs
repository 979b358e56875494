namespace AuditWatch.Processing;

/// <summary>How a load of detections went.</summary>
/// <param name="At">When.</param>
/// <param name="Rules">How many rules are live since.</param>
/// <param name="Errors">Why the files could not be used, so that the set before stayed; empty if they could.</param>
public sealed record DetectionReload(DateTimeOffset At, int Rules, IReadOnlyList<Diagnostic> Errors)
{
    /// <summary>Whether what is in the files is what runs.</summary>
    public bool Succeeded => Errors.Count == 0;
}
