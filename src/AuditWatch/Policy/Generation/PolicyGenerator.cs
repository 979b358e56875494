using AuditWatch.Detection;

namespace AuditWatch.Policy.Generation;

/// <summary>Writes audit policies.</summary>
public static class PolicyGenerator
{
    /// <summary>stub</summary>
    public static string Generate(DetectionSet detections, bool omitNoise) => omitNoise ? "" : detections.ToString();
}
