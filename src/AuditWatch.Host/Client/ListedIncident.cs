using System.Text.Json;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Incidents;

namespace AuditWatch.Host.Client;

/// <summary>An incident as a service writes it: <see cref="IncidentJson.Write"/>.</summary>
/// <param name="Incident">The incident.</param>
/// <param name="History">What happened to it; none where the service was not asked.</param>
/// <param name="Json">As the service wrote it.</param>
internal sealed record ListedIncident(Incident Incident, IReadOnlyList<IncidentEvent> History, JsonElement Json)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>The incident of an answer; null if it is none.</summary>
    public static ListedIncident? Read(JsonElement answer)
    {
        try
        {
            var wire = answer.Deserialize<Wire>(Web)!;
            return new ListedIncident(
                new Incident
                {
                    Id = wire.Id,
                    Title = wire.Title,
                    Level = Enum.Parse<Level>(wire.Level, ignoreCase: true),
                    Status = Enum.Parse<AlertStatus>(wire.Status, ignoreCase: true),
                    Assignee = wire.Assignee,
                    ClosedBy = wire.ClosedBy,
                    CloseReason = wire.CloseReason is { } reason ? CloseReasons.Parse(reason) : null,
                    CloseNote = wire.CloseNote,
                    MergedInto = wire.MergedInto,
                    IsSetApart = wire.SetApart,
                    Cluster = wire.Cluster,
                    OpenedAt = wire.OpenedAt,
                    ChangedAt = wire.ChangedAt,
                    FirstSeen = wire.FirstSeen,
                    LastSeen = wire.LastSeen,
                    Tactics = wire.Tactics,
                    Actors = wire.Actors,
                    Shared = wire.Shared,
                    Hubs = wire.Hubs,
                    Alerts = wire.Alerts,
                    AlertCount = wire.AlertCount,
                    OpenAlerts = wire.OpenAlerts,
                },
                [.. (wire.History ?? []).Select((happened, i) => new IncidentEvent(wire.Id, i + 1, happened.At, happened.Event, happened.Who ?? "", happened.Note ?? ""))],
                answer);
        }
        catch (Exception problem) when (problem is JsonException or NullReferenceException or ArgumentException)
        {
            return null;
        }
    }

    private sealed record Wire(
        string Id, string Title, string Level, string Status, string? Assignee, string? ClosedBy, string? CloseReason, string? CloseNote, string? MergedInto, bool SetApart, string Cluster,
        DateTimeOffset OpenedAt, DateTimeOffset ChangedAt, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, string[] Tactics, string[] Actors, string[] Shared, string[] Hubs,
        string[] Alerts, int AlertCount, int OpenAlerts, HappenedWire[]? History = null);

    private sealed record HappenedWire(DateTimeOffset At, string Event, string? Who, string? Note);
}
