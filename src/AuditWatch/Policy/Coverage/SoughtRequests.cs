namespace AuditWatch.Policy.Coverage;

/// <summary>Requests that a detection, or a part of its condition, can match, and what it needs to know of them.</summary>
/// <param name="Shape">The requests.</param>
/// <param name="Level">The level below which it matches none of them: <see cref="AuditLevel.Metadata"/> if no body is needed.</param>
/// <param name="Body">The field of the body that needs it; null if none does.</param>
/// <param name="Stages">The stages at which it can match.</param>
/// <param name="IsCertain">Whether it matches all of them; otherwise something besides decides, such as the outcome.</param>
internal sealed record SoughtRequests(RequestShape Shape, AuditLevel Level, string? Body, AuditStages Stages, bool IsCertain)
{
    public bool IsLike(SoughtRequests other) => Level == other.Level && Stages == other.Stages && IsCertain == other.IsCertain;
}
