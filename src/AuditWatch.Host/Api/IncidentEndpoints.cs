using System.Collections.Immutable;
using AuditWatch.Alerts;
using AuditWatch.Incidents;
using AuditWatch.Notifications.Rendering;
using AuditWatch.Processing;

namespace AuditWatch.Host.Api;

/// <summary>
/// <c>GET /api/v1/incidents</c>: what the alerts that are open, or were closed last, make together, the gravest first; <c>GET /api/v1/incidents/{id}</c>: one of them, named by its
/// id or the beginning of it.
/// </summary>
internal static class IncidentEndpoints
{
    private const int IdLength = 16;

    public static void MapIncidents(this IEndpointRouteBuilder api, AlertLoop alerts, TimeProvider time)
    {
        var stories = new Stories(alerts, time);
        api.MapGet("incidents", () => JsonResult.Of(json =>
        {
            var snapshot = stories.Read(out var incidents);
            json.WriteStartArray();
            foreach (var incident in incidents)
            {
                IncidentJson.Write(json, incident, OpenAlerts(incident, snapshot));
            }

            json.WriteEndArray();
        }));
        api.MapGet("incidents/{id}", (string id) =>
        {
            var snapshot = stories.Read(out var incidents);
            var found = incidents.Where(incident => incident.Id.StartsWith(id, StringComparison.Ordinal)).Take(2).ToList();
            return found.Count switch
            {
                1 => JsonResult.Of(json => IncidentJson.Write(json, found[0], OpenAlerts(found[0], snapshot))),
                0 => Problem.Result(StatusCodes.Status404NotFound, $"there is no incident '{DisplayText.Of(id, IdLength)}'"),
                _ => Problem.Result(StatusCodes.Status409Conflict, $"several incidents begin with '{DisplayText.Of(id, IdLength)}', such as {found[0].Id} and {found[1].Id}; write more of the id"),
            };
        });
    }

    private static int OpenAlerts(Incident incident, ImmutableSortedDictionary<string, Alert> alerts) =>
        incident.Alerts.Count(id => alerts.GetValueOrDefault(id) is { Status: not AlertStatus.Closed });

    // Worked out when somebody asks, once for the same alerts: the writer of alerts does not wait for it.
    private sealed class Stories(AlertLoop alerts, TimeProvider time)
    {
        // Of more alerts it takes seconds: then what is answered may be this old.
        private const int Many = 5_000;
        private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(30);

        private readonly Lock _lock = new();
        private ImmutableSortedDictionary<string, Alert>? _of;
        private IReadOnlyList<Incident> _incidents = [];
        private long _at;

        public ImmutableSortedDictionary<string, Alert> Read(out IReadOnlyList<Incident> incidents)
        {
            lock (_lock)
            {
                var now = alerts.Snapshot.Alerts;
                if (_of is null || (!ReferenceEquals(now, _of) && (now.Count <= Many || time.GetElapsedTime(_at) >= Oldest)))
                {
                    _incidents = [.. IncidentBook.Of(now.Values).Incidents.OrderByDescending(incident => incident.Level).ThenByDescending(incident => incident.LastSeen).ThenBy(incident => incident.Id, StringComparer.Ordinal)];
                    (_of, _at) = (now, time.GetTimestamp());
                }

                incidents = _incidents;
                return _of;
            }
        }
    }
}
