namespace AuditWatch.Policy;

/// <summary>Something that detections need and that the events show not to be recorded.</summary>
/// <param name="What">What it is, in words.</param>
/// <param name="Detections">The names of the detections that need it, in order.</param>
public sealed record MissingEvidence(string What, IReadOnlyList<string> Detections);
