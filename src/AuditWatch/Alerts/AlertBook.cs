using AuditWatch.Detection;

namespace AuditWatch.Alerts;

/// <summary>
/// The open alerts. A finding joins the open alert of its fingerprint, if that was opened no longer ago than the detection's dedup window,
/// and opens one otherwise. Bounded: of more than its capacity the alert opened longest ago leaves. Not thread-safe.
/// </summary>
public sealed class AlertBook
{
    /// <summary>The most requests an alert keeps as a sample.</summary>
    public const int SampleSize = 10;

    private const int Capacity = 100_000;

    private readonly Func<Finding, DateTimeOffset> _clock;
    private readonly Dictionary<string, LinkedListNode<(Alert Alert, DateTimeOffset OpenedAt)>> _open = new(StringComparer.Ordinal);
    private readonly LinkedList<(Alert Alert, DateTimeOffset OpenedAt)> _order = [];

    private AlertBook(Func<Finding, DateTimeOffset> clock) => _clock = clock;

    /// <summary>A book whose windows are counted in event time: for logs of the past.</summary>
    public static AlertBook OnEventTime() => new(finding => finding.Time);

    /// <summary>A book whose windows are counted in the time that passes: for a service.</summary>
    public static AlertBook OnWallClock(TimeProvider time) => new(_ => time.GetUtcNow());

    /// <summary>Takes findings in, in their order.</summary>
    /// <returns>What that did to alerts, one change a finding.</returns>
    public IReadOnlyList<AlertChange> Apply(IReadOnlyList<Finding> findings)
    {
        var changes = new AlertChange[findings.Count];
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = Apply(findings[i]);
        }

        return changes;
    }

    private AlertChange Apply(Finding finding)
    {
        var fingerprint = Fingerprint.Of(finding);
        var now = _clock(finding);
        if (_open.TryGetValue(fingerprint, out var open) && (now - open.Value.OpenedAt).Duration() < finding.Detection.DedupWindow)
        {
            open.Value = open.Value with { Alert = Repeat(open.Value.Alert, finding) };
            return new AlertChange(AlertChangeKind.Repeated, open.Value.Alert);
        }

        if (open is not null)
        {
            _order.Remove(open);
        }

        _open[fingerprint] = _order.AddLast((Open(fingerprint, finding), now));
        if (_open.Count > Capacity)
        {
            _open.Remove(_order.First!.Value.Alert.Fingerprint);
            _order.RemoveFirst();
        }

        return new AlertChange(AlertChangeKind.Opened, _open[fingerprint].Value.Alert);
    }

    private static Alert Open(string fingerprint, Finding finding) => new()
    {
        Id = Fingerprint.IdOf(fingerprint, finding),
        Fingerprint = fingerprint,
        Detection = AlertDetection.Of(finding.Detection),
        Level = finding.Level,
        Summary = finding.Summary,
        Actor = finding.Actor,
        ActorKind = finding.ActorKind,
        Cluster = finding.Cluster,
        Count = finding.Count,
        FirstSeen = finding.FirstTime ?? finding.Time,
        LastSeen = finding.Time,
        Dedup = finding.Dedup,
        Why = finding.Why,
        Requests = [.. finding.Requests.DefaultIfEmpty(finding.Request).Take(SampleSize)],
    };

    private static Alert Repeat(Alert alert, Finding finding) => alert with
    {
        Count = alert.Count + finding.Count,
        FirstSeen = Earlier(alert.FirstSeen, finding.FirstTime ?? finding.Time),
        LastSeen = Earlier(alert.LastSeen, finding.Time) == alert.LastSeen ? finding.Time : alert.LastSeen,
        Requests = alert.Requests.Count >= SampleSize
            ? alert.Requests
            : [.. alert.Requests.Concat(finding.Requests.DefaultIfEmpty(finding.Request)).Take(SampleSize)],
    };

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
