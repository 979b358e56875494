namespace AuditWatch.Processing;

/// <summary>What runs after a start at which the detections cannot be used, until they can: the last set that could, else the shipped one.</summary>
/// <param name="Folder">A folder of its own, in which the last set is kept; null to keep none.</param>
/// <param name="Shipped">The folders and files of the shipped detections.</param>
public sealed record DetectionFallback(string? Folder, IReadOnlyList<string> Shipped);
