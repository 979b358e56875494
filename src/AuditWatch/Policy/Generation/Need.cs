using AuditWatch.Policy.Coverage;

namespace AuditWatch.Policy.Generation;

/// <summary>Requests that a detection has to see, with the level it needs.</summary>
/// <param name="Detection">The name of the detection.</param>
/// <param name="Shape">The requests.</param>
/// <param name="Level">The level.</param>
internal sealed record Need(string Detection, RequestShape Shape, AuditLevel Level)
{
    /// <summary>Whether it is for kinds that no list could name.</summary>
    public bool IsOpen(RequestUniverse universe) =>
        Shape[Dimension.Target].Members().Any(i => Unmentioned.Is(universe.Targets[i].Group) || universe.Targets[i].Path == "/" + Unmentioned.Value);
}
