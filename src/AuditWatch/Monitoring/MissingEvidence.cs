namespace AuditWatch.Monitoring;

/// <summary>Something that detections need and that the events show not to be recorded.</summary>
/// <param name="Subject">What it is, always in the same words.</param>
/// <param name="Sign">What shows it.</param>
/// <param name="Detections">The names of the detections that need it, in order.</param>
internal sealed record MissingEvidence(string Subject, string Sign, IReadOnlyList<string> Detections)
{
    /// <summary>What it is and what shows it, in words.</summary>
    public string What => $"{Subject}: {Sign}";
}
