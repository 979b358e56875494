namespace AuditWatch.Detection;

/// <summary>The detections that were to be loaded are in error, and none of them is used.</summary>
/// <param name="message">Why, for a person: every error with its place, one a line.</param>
public sealed class DetectionException(string message) : Exception(message);
