namespace AuditWatch.Detection.Testing;

/// <summary>How a test of a detection went.</summary>
/// <param name="Case">The test.</param>
/// <param name="Failure">What came out instead of what was expected; null if it passed.</param>
public sealed record DetectionTestResult(DetectionTestCase Case, string? Failure)
{
    /// <summary>Whether it passed.</summary>
    public bool Passed => Failure is null;
}
