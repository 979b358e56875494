namespace AuditWatch.RuleTesting;

/// <summary>How a test of a detection went.</summary>
/// <param name="Case">The test.</param>
/// <param name="Failure">What came out instead of what was expected; null if it passed.</param>
/// <param name="Why">Of a test whose detection should fire and does not, the clauses that did not match with the values they saw, event by event.</param>
internal sealed record DetectionTestResult(DetectionTestCase Case, string? Failure, IReadOnlyList<string> Why)
{
    /// <summary>Whether it passed.</summary>
    public bool Passed => Failure is null;
}
