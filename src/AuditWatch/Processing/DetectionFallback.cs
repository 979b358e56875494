namespace AuditWatch.Processing;

/// <summary>The detections that a service starts with if its own are in error: the last set that was not, else the shipped one. They run until its own can be loaded. Immutable.</summary>
/// <param name="Folder">A folder of its own, in which the last set is kept; null to keep none.</param>
/// <param name="Shipped">The folders and files of the shipped detections.</param>
public sealed record DetectionFallback(string? Folder, IReadOnlyList<string> Shipped);
