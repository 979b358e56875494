namespace AuditWatch.Processing;

/// <summary>The result of loading the detections, at the start or after their files have changed: they run now, or they are in error and the set before still runs. Immutable.</summary>
/// <param name="At">When they were loaded.</param>
/// <param name="Rules">How many rules run since then.</param>
/// <param name="Errors">Why the files could not be used, so that the set before stayed; empty if they could.</param>
public sealed record DetectionReload(DateTimeOffset At, int Rules, IReadOnlyList<Diagnostic> Errors)
{
    /// <summary>Whether what is in the files is what runs.</summary>
    public bool Succeeded => Errors.Count == 0;
}
