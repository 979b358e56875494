namespace AuditWatch.Incidents;

/// <summary>Something that happened to an incident. Immutable.</summary>
/// <param name="IncidentId">The incident's id.</param>
/// <param name="Number">Its place in the incident's history, from 1.</param>
/// <param name="At">When.</param>
/// <param name="Event"><c>opened</c>, <c>risen</c>, <c>acknowledged</c>, <c>assigned</c>, <c>note</c>, <c>closed</c>, <c>reopened</c>, <c>split</c>, <c>merged</c>.</param>
/// <param name="Who">Who did it, as they called themselves; empty for nobody.</param>
/// <param name="Note">What else there is to say: the level, the text, the reason, to whom, the other incident; empty for nothing.</param>
public sealed record IncidentEvent(string IncidentId, int Number, DateTimeOffset At, string Event, string Who, string Note);

/// <summary>What has become of incidents.</summary>
/// <param name="Changed">Those that are new or have changed, as they stand.</param>
/// <param name="Gone">Those that nothing is left of: closed, as they were; <see cref="Incident.MergedInto"/> says where their alerts are.</param>
/// <param name="Placed">The alerts that belong elsewhere than before, or by other reasons.</param>
/// <param name="Happened">What happened to them.</param>
internal sealed record IncidentChanges(IReadOnlyList<Incident> Changed, IReadOnlyList<Incident> Gone, IReadOnlyList<AlertPlace> Placed, IReadOnlyList<IncidentEvent> Happened);

/// <summary>Where an alert belongs.</summary>
/// <param name="AlertId">The alert.</param>
/// <param name="IncidentId">Its incident; null for none.</param>
/// <param name="JoinedTo">The alert that people have joined it with; null if they have not.</param>
internal readonly record struct AlertPlace(string AlertId, string? IncidentId, string? JoinedTo);
