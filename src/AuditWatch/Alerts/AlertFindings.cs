using AuditWatch.Detection;

namespace AuditWatch.Alerts;

/// <summary>What findings make of an alert: the first opens it, and further ones join it. What it takes is bounded by <see cref="AlertSize"/>.</summary>
internal static class AlertFindings
{
    /// <summary>The alert that a finding opens.</summary>
    public static Alert Open(string id, string fingerprint, Finding finding, DateTimeOffset now) => AlertSize.Fit(new Alert
    {
        Id = id,
        Fingerprint = fingerprint,
        Detection = AlertDetection.Of(finding.Detection),
        Level = finding.Level,
        OpenedAt = now,
        ChangedAt = now,
        Summary = finding.Summary,
        Actor = finding.Actor,
        ActorKind = finding.ActorKind,
        Cluster = finding.Cluster,
        Count = finding.Count,
        FirstSeen = finding.FirstTime ?? finding.Time,
        LastSeen = finding.Time,
        Dedup = finding.Dedup,
        Why = finding.Why,
        Updates = AlertUpdate.Add([], finding.Updates, finding.Count, finding.Count),
        Requests = [.. finding.Requests.DefaultIfEmpty(finding.Request).Take(AlertBook.SampleSize)],
    });

    /// <summary>What an alert is once a finding has joined it. What made it more severe is what people are to read.</summary>
    public static Alert Join(Alert alert, Finding finding, DateTimeOffset now)
    {
        var rises = finding.Level > alert.Level;
        var samples = alert.Requests.Count < AlertBook.SampleSize || rises;
        var joined = alert with
        {
            Level = rises ? finding.Level : alert.Level,
            Summary = rises ? finding.Summary : alert.Summary,
            Why = rises ? finding.Why : alert.Why,
            ChangedAt = now,
            Count = alert.Count + finding.Count,
            FirstSeen = Earlier(alert.FirstSeen, finding.FirstTime ?? finding.Time),
            LastSeen = Earlier(alert.LastSeen, finding.Time) == alert.LastSeen ? finding.Time : alert.LastSeen,
            Updates = AlertUpdate.Add(alert.Updates, finding.Updates, finding.Count, alert.Count + finding.Count),
            Requests = samples ? Sample(alert.Requests, finding) : alert.Requests,
        };
        return AlertSize.IsOf(joined, alert) ? joined : AlertSize.Fit(joined);
    }

    // The first requests; of a full sample the last one makes room.
    private static List<RequestSnapshot> Sample(IReadOnlyList<RequestSnapshot> known, Finding finding)
    {
        var sample = known.Take(AlertBook.SampleSize - 1).ToList();
        if (known.Count == AlertBook.SampleSize)
        {
            sample.Add(finding.Request.SharingWith(known[0]));
            return sample;
        }

        foreach (var request in finding.Requests.DefaultIfEmpty(finding.Request).Take(AlertBook.SampleSize - sample.Count))
        {
            sample.Add(sample is [.., var last] ? request.SharingWith(last) : request);
        }

        return sample;
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
