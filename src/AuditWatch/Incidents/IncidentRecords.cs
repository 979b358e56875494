using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.State;

namespace AuditWatch.Incidents;

/// <summary>Incidents, their alerts and what happened to them, as rows of the state.</summary>
internal static class IncidentRecords
{
    // As many incidents as are looked for at a time.
    private const int Chunk = 10_000;

    /// <summary>Puts what has become of incidents.</summary>
    public static void Save(IncidentChanges incidents, StateChanges changes)
    {
        foreach (var incident in incidents.Changed.Concat(incidents.Gone))
        {
            changes.Put(StateTables.Incidents, Write(incident));
        }

        foreach (var place in incidents.Placed)
        {
            if (place.IncidentId is null)
            {
                changes.Delete(StateTables.IncidentAlerts, place.AlertId);
            }
            else
            {
                changes.Put(StateTables.IncidentAlerts, [place.AlertId, place.IncidentId, place.JoinedTo]);
            }
        }

        foreach (var happened in incidents.Happened)
        {
            changes.Put(StateTables.IncidentHistory, [happened.IncidentId, happened.Number, happened.At, happened.Event, happened.Who, happened.Note]);
        }
    }

    /// <summary>Where alerts belonged, and the incidents as they were.</summary>
    public static (IReadOnlyDictionary<string, AlertPlace> Places, IReadOnlyDictionary<string, Incident> Incidents) Load(IStateStore store, IEnumerable<string> alerts)
    {
        var places = alerts.Chunk(Chunk).SelectMany(ids => store.Find(StateTables.IncidentAlerts, ids))
            .Select(row => new AlertPlace(row.Text("alert_id"), row.Text("incident_id"), row.OptionalText("joined_to"))).ToDictionary(place => place.AlertId, StringComparer.Ordinal);
        var incidents = places.Values.Select(place => place.IncidentId!).Distinct(StringComparer.Ordinal).Chunk(Chunk).SelectMany(ids => store.Find(StateTables.Incidents, ids)).Select(Read)
            .ToDictionary(incident => incident.Id, StringComparer.Ordinal);
        return (places, incidents);
    }

    /// <summary>An incident of the state; null if there is none of that id.</summary>
    public static Incident? Find(IStateStore store, string id)
    {
        if (store.Find(StateTables.Incidents, [id]) is not [var row])
        {
            return null;
        }

        return Read(row, [.. store.Find(StateTables.IncidentAlerts, [id], "incident_id").Select(place => place.Text("alert_id")).Take(Incident.MaxAlerts)]);
    }

    /// <summary>What happened to an incident, in order.</summary>
    public static IReadOnlyList<IncidentEvent> EventsOf(IStateStore store, string id) => [.. store.Find(StateTables.IncidentHistory, [id]).Select(row => new IncidentEvent(
        row.Text("incident_id"), (int)row.Number("n"), row.Time("at"), row.Text("event"), row.Text("who"), row.Text("note")))];

    private static object?[] Write(Incident incident) =>
    [
        incident.Id, incident.Title, incident.Level.Word(), (int)incident.Level, AlertRow.Word(incident.Status), incident.Assignee, incident.OpenedAt, incident.ChangedAt,
        incident.Status == AlertStatus.Closed ? incident.ChangedAt : null, incident.ClosedBy, incident.CloseReason?.Word(), incident.CloseNote, incident.MergedInto, incident.IsSetApart ? 1 : 0,
        incident.Cluster, incident.FirstSeen, incident.LastSeen, incident.AlertCount, incident.OpenAlerts, incident.Events,
        NestedJson.Write(incident.Tactics), NestedJson.Write(incident.Actors), NestedJson.Write(incident.Shared), NestedJson.Write(incident.Hubs),
    ];

    /// <summary>An incident as a row has it, without the list of its alerts.</summary>
    public static Incident Read(StateRow row) => Read(row, []);

    private static Incident Read(StateRow row, IReadOnlyList<string> alerts) => new()
    {
        Id = row.Text("id"),
        Title = row.Text("title"),
        Level = (Level)row.Number("severity"),
        Status = Enum.Parse<AlertStatus>(row.Text("status"), ignoreCase: true),
        Assignee = row.OptionalText("assignee"),
        OpenedAt = row.Time("opened_at"),
        ChangedAt = row.Time("changed_at"),
        ClosedBy = row.OptionalText("closed_by"),
        CloseReason = row.OptionalText("close_reason") is { } reason ? CloseReasons.Parse(reason) ?? Incidents.CloseReason.Other : null,
        CloseNote = row.OptionalText("close_note"),
        MergedInto = row.OptionalText("merged_into"),
        IsSetApart = row.Number("set_apart") == 1,
        Cluster = row.Text("cluster"),
        FirstSeen = row.Time("first_seen"),
        LastSeen = row.Time("last_seen"),
        Tactics = NestedJson.ReadTexts(row.Text("tactics")),
        Actors = NestedJson.ReadTexts(row.Text("actors")),
        Shared = NestedJson.ReadTexts(row.Text("shared")),
        Hubs = NestedJson.ReadTexts(row.Text("hubs")),
        Alerts = alerts,
        AlertCount = (int)row.Number("alerts"),
        OpenAlerts = (int)row.Number("open_alerts"),
        Events = (int)row.Number("events"),
    };
}
