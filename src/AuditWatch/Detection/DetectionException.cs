namespace AuditWatch.Detection;

/// <summary>Detections cannot be used.</summary>
/// <param name="message">Why, for a person: every error with its place, one a line.</param>
public sealed class DetectionException(string message) : Exception(message);
