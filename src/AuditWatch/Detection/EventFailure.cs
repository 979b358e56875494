namespace AuditWatch.Detection;

/// <summary>One event that a stage threw an exception on, so that one or more detections have not seen it. That is a defect of AuditWatch, and whoever knows it could hide behind it. Immutable.</summary>
/// <param name="Stage">The stage that failed: <c>detection</c>, <c>first seen</c>, <c>correlation</c>, <c>composite</c>, <c>alert</c>, <c>incident</c>, <c>state</c>, <c>notification</c> or <c>monitoring</c>.</param>
/// <param name="Detections">The detections that it is lost for, by name; empty if a stage failed that serves none.</param>
/// <param name="Problem">The kind of exception and where it was thrown. Nothing of the event is in it.</param>
public sealed record EventFailure(string Stage, IReadOnlyList<string> Detections, string Problem)
{
    /// <summary>The cluster; empty where nobody said.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Who acted, as far as that could be read.</summary>
    public string Actor { get; init; } = "";

    /// <summary>The request, as far as it could be read.</summary>
    public required RequestSnapshot Request { get; init; }

    /// <summary>The length of the event in bytes; 0 if it is gone by the time a stage fails.</summary>
    public int Length { get; init; }

    /// <summary>The SHA-256 of the event, in hexadecimal, by which it is found again in the log; empty if it is gone.</summary>
    public string Sha256 { get; init; } = "";
}
