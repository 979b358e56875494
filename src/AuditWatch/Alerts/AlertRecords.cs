using AuditWatch.Detection;
using AuditWatch.State;

namespace AuditWatch.Alerts;

/// <summary>
/// Puts alerts into the state as they change: themselves, the requests they keep, the detection that raised them as it was then, and what happened to them. Of what does not change nothing is
/// written again. Not thread-safe: it belongs to the one writer of alerts.
/// </summary>
internal sealed class AlertRecords
{
    // Of alerts that are not over: what has been put already.
    private readonly Dictionary<string, Put> _put = new(StringComparer.Ordinal);
    private readonly HashSet<string> _detections = new(StringComparer.Ordinal);

    /// <summary>Puts an alert as it stands after a change. One that has left the memory stays in the state.</summary>
    public void Save(AlertChange change, StateChanges changes)
    {
        var alert = change.Alert;
        if (change.Kind == AlertChangeKind.Forgotten)
        {
            return;
        }

        var before = _put.GetValueOrDefault(alert.Id);
        var version = before?.DetectionVersion ?? DetectionRow.VersionOf(alert.Detection);
        if (_detections.Add(version))
        {
            changes.Put(StateTables.Detections, DetectionRow.Write(alert.Detection, version));
        }

        changes.Put(StateTables.Alerts, AlertRow.Write(alert, version));
        for (var i = 0; i < alert.Requests.Count && alert.Requests != before?.Requests; i++)
        {
            if (before is null || i >= before.Requests.Count || !ReferenceEquals(alert.Requests[i], before.Requests[i]))
            {
                changes.Put(StateTables.Requests, RequestRow.Write(alert.Id, i, alert.Requests[i]));
            }
        }

        AlertEvent.Of(change).AddTo(changes);
        if (alert.Status == AlertStatus.Closed)
        {
            _put.Remove(alert.Id);
        }
        else
        {
            _put[alert.Id] = new Put(version, alert.Requests);
        }
    }

    /// <summary>Notes what the state holds already: an alert as it was read.</summary>
    public void Restored(Alert alert)
    {
        if (alert.Status != AlertStatus.Closed)
        {
            _put[alert.Id] = new Put(DetectionRow.VersionOf(alert.Detection), alert.Requests);
        }
    }

    private sealed record Put(string DetectionVersion, IReadOnlyList<RequestSnapshot> Requests);
}
