using AuditWatch.Alerts;

namespace AuditWatch.Incidents;

/// <summary>What stands against what people want with incidents.</summary>
/// <param name="members">The alerts.</param>
/// <param name="find">The incident of an id; null if there is none.</param>
internal sealed class IncidentObjections(IncidentMembers members, Func<string, Incident?> find)
{
    /// <summary>Why something cannot be done with an incident, for a person; null if it can.</summary>
    public string? To(Incident incident, IncidentAction action) => action switch
    {
        IncidentAction.Note => null,
        IncidentAction.Reopen => incident.Status == AlertStatus.Closed ? null : $"the incident '{incident.Id}' is not closed",
        _ when incident.Status == AlertStatus.Closed => $"the incident '{incident.Id}' is closed already, {(incident.ClosedBy is { } by ? $"by {by}" : $"because {incident.CloseNote}")}",
        IncidentAction.Acknowledge when incident.Status == AlertStatus.Acknowledged => $"the incident '{incident.Id}' is acknowledged already, {incident.Assignee} has it",
        IncidentAction.Split split => ToSplit(incident, split.Alerts),
        IncidentAction.Merge merge => merge.With.Count == 0 ? "name the incidents to merge it with" : merge.With.Select(other => ToMerge(incident, other)).FirstOrDefault(one => one is not null),
        _ => null,
    };

    private string? ToSplit(Incident incident, IReadOnlyList<string> split) =>
        split.Count == 0 ? "name the alerts to split off"
        : split.FirstOrDefault(alert => members.Find(alert)?.Incident != incident.Id) is { } other ? $"the alert '{other}' does not belong to the incident '{incident.Id}'"
        : split.Distinct(StringComparer.Ordinal).Count() == incident.AlertCount ? "that would leave nothing of it: name some of its alerts, not all"
        : null;

    private string? ToMerge(Incident incident, string other) =>
        other == incident.Id ? "an incident cannot be merged with itself"
        : find(other) is not { Status: not AlertStatus.Closed } known ? $"there is no incident '{other}' that is not closed"
        : known.Cluster != incident.Cluster ? $"the incident '{other}' is of another cluster"
        : null;
}
