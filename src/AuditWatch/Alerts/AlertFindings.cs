using AuditWatch.Detection;

namespace AuditWatch.Alerts;

/// <summary>What findings make of an alert: the first opens it, and further ones join it. What it takes is bounded by <see cref="AlertSize"/>.</summary>
internal static class AlertFindings
{
    // How many of the first requests stay whatever follows.
    private const int AlwaysKept = 3;

    // Of a flood one a minute is looked at: to copy each would cost more than all else, and what is new in it is among the updates.
    private const int AllLookedAt = 100;
    private static readonly TimeSpan LookedAtEvery = TimeSpan.FromMinutes(1);

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
        Requests = [.. finding.Requests.DefaultIfEmpty(finding.KeptRequest).Take(AlertBook.SampleSize)],
    });

    /// <summary>What an alert is once a finding has joined it. What made it more severe is what people are to read.</summary>
    public static Alert Join(Alert alert, Finding finding, DateTimeOffset now)
    {
        var rises = finding.Level > alert.Level;
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
            Requests = IsLookedAt(alert, finding, rises) ? Sample(alert.Requests, finding) : alert.Requests,
        };
        return AlertSize.IsOf(joined, alert) ? joined : AlertSize.Fit(joined);
    }

    private static bool IsLookedAt(Alert alert, Finding finding, bool rises) =>
        rises || alert.Count < AllLookedAt || finding.Time - alert.Requests[^1].Time >= LookedAtEvery;

    // The first requests, the latest, and between them those that say most.
    private static List<RequestSnapshot> Sample(IReadOnlyList<RequestSnapshot> known, Finding finding)
    {
        var sample = known.ToList();
        if (known.Count < AlertBook.SampleSize)
        {
            foreach (var request in finding.Requests.DefaultIfEmpty(finding.KeptRequest).Take(AlertBook.SampleSize - sample.Count))
            {
                sample.Add(sample is [.., var last] ? request.SharingWith(last) : request);
            }

            return sample;
        }

        var left = sample[^1];
        sample[^1] = finding.KeptRequest.SharingWith(known[0]);
        KeepIfTelling(left, sample);
        return sample;
    }

    // In place of the one between the first and the latest that says least, if that is less.
    private static void KeepIfTelling(RequestSnapshot left, List<RequestSnapshot> sample)
    {
        var worth = Own(left, sample, null);
        var (place, least) = (-1, worth - 1);
        for (var i = AlwaysKept; i < sample.Count - 1 && worth > 0; i++)
        {
            if (Own(sample[i], sample, left) is var own && own <= least)
            {
                (place, least) = (i, own);
            }
        }

        if (place >= 0)
        {
            sample.RemoveAt(place);
            sample.Insert(sample.Count - 1, left);
        }
    }

    // How much of what a request is about is of no other: the command, object, address and outcome.
    private static int Own(RequestSnapshot request, List<RequestSnapshot> sample, RequestSnapshot? another)
    {
        var (command, reference, address, outcome) = (true, true, true, true);
        foreach (var other in another is null ? sample : [.. sample, another])
        {
            if (!ReferenceEquals(other, request))
            {
                command &= other.Command != request.Command;
                reference &= other.ObjectRef != request.ObjectRef;
                address &= other.ClientIP != request.ClientIP;
                outcome &= other.Outcome != request.Outcome;
            }
        }

        return (command ? 1 : 0) + (reference ? 1 : 0) + (address ? 1 : 0) + (outcome ? 1 : 0);
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
