using AuditWatch.Detection;

namespace AuditWatch.Monitoring;

/// <summary>The alert of our own that an event is lost for detections, because a stage failed on it: whoever knows how to bring that about can hide behind it.</summary>
internal static class EventFailedRule
{
    private static readonly DetectionRule Rule = new()
    {
        Name = "auditwatch_event_failed",
        Title = "An event could not be judged",
        Level = Level.High,
        Tags = ["attack.defense-evasion", "attack.t1562.001"],
        Summary = "A request of {actor} could not be judged: somebody may be hiding behind a defect of AuditWatch",
        DedupBy = ["actor", "stage"],
        Runbook = """
            1. Look the request up in the audit log by its audit ID, and judge it by hand: the detections named did not.
            2. If its content is unusual (deeply nested, very long, odd characters), take it for an attempt to hide, and look at what else its actor did at the time.
            3. Report the defect: the log of AuditWatch has the stage and the place that failed, and nothing of the event.
            """,
        Location = default,
    };

    /// <summary>The findings that tell of failures.</summary>
    /// <param name="failures">The failures. One in telling of a failure is not told of: it is counted and logged.</param>
    /// <param name="now">The time of those whose request has none.</param>
    public static IReadOnlyList<Finding> Findings(IReadOnlyList<EventFailure> failures, DateTimeOffset now) =>
        [.. failures.Where(failure => !failure.Detections.Contains(Rule.Name)).Select(failure => Finding(failure, now))];

    private static Finding Finding(EventFailure failure, DateTimeOffset now)
    {
        var time = failure.Request.Time == default ? now : failure.Request.Time;
        return new Finding
        {
            Detection = Rule,
            Request = failure.Request with { Time = time },
            Time = time,
            Actor = failure.Actor,
            Cluster = failure.Cluster,
            Summary = $"{What(failure)} could not judge {(failure.Actor.Length == 0 ? "a request" : $"a request of {failure.Actor}")}: {failure.Stage} failed on it ({failure.Problem}). Somebody may be hiding behind a defect of AuditWatch",
            Dedup = [new("actor", failure.Actor), new("stage", failure.Stage)],
            Why = [.. failure.Detections.Take(10).Select(detection => $"not judged by: {detection}")],
        };
    }

    private static string What(EventFailure failure) => failure.Detections.Count switch
    {
        0 => "AuditWatch",
        1 => failure.Detections[0],
        var count => $"{failure.Detections[0]} and {count - 1} more detections",
    };
}
