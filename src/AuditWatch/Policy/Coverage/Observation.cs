namespace AuditWatch.Policy.Coverage;

/// <summary>Requests that a detection is after, and what one rule of a policy lets it see of them.</summary>
/// <param name="Sought">What the detection is after.</param>
/// <param name="Shape">The requests.</param>
/// <param name="Rule">The rule that decides about them; null if none does.</param>
/// <param name="Sight">What is seen.</param>
/// <param name="Missing">The stages that would have to be written, where that they are not is the reason.</param>
internal sealed record Observation(SoughtRequests Sought, RequestShape Shape, PolicyRule? Rule, Sight Sight, AuditStages Missing);
