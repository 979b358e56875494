using System.Text.Json;
using AuditWatch.Detection;
using AuditWatch.Incidents;

namespace AuditWatch.Host.Client;

/// <summary>An incident as a service lists it.</summary>
/// <param name="Incident">The incident.</param>
/// <param name="OpenAlerts">How many of its alerts are not closed.</param>
/// <param name="Json">As the service wrote it.</param>
internal sealed record ListedIncident(Incident Incident, int OpenAlerts, JsonElement Json)
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
                    Cluster = wire.Cluster,
                    FirstSeen = wire.FirstSeen,
                    LastSeen = wire.LastSeen,
                    Tactics = wire.Tactics,
                    Actors = wire.Actors,
                    Shared = wire.Shared,
                    Hubs = wire.Hubs,
                    Alerts = wire.Alerts,
                    AlertCount = wire.AlertCount,
                },
                wire.OpenAlerts,
                answer);
        }
        catch (Exception problem) when (problem is JsonException or NullReferenceException or ArgumentException)
        {
            return null;
        }
    }

    private sealed record Wire(
        string Id, string Title, string Level, string Cluster, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, string[] Tactics, string[] Actors, string[] Shared, string[] Hubs,
        string[] Alerts, int AlertCount, int OpenAlerts);
}
