using AuditWatch.Detection;
using AuditWatch.Sharing;

namespace AuditWatch.Alerts;

/// <summary>
/// Counts, by detection, the findings that open no alert of their own because their actor, or all who are denied in their cluster, have as many open alerts as is their share; and makes findings of one alert about that actor, or that crowd, out of the counts. Not thread-safe.
/// </summary>
internal sealed class Flood
{
    /// <summary>The most alerts of one actor of one cluster that are open at a time.</summary>
    public const int Share = 200;

    /// <summary>The same while there is no room for more alerts, of requests that were denied: to open one in place of another, again and again, would cost others the time that theirs take.</summary>
    public const int ShareWithoutRoom = 10;

    /// <summary>The most alerts of requests that were all denied, of whomever, that are open in a cluster at a time. 10,000, or what there is memory for.</summary>
    public static readonly int CrowdShare = MemoryScale.Of(10_000);

    // By actor, null for a crowd: an actor may have any name, the empty one too.
    private readonly Dictionary<(string Cluster, string? Actor, string Detection), (Finding Latest, Level Level, int Count)> _counted = [];

    /// <summary>The detection of the alert that tells of it.</summary>
    public static DetectionRule Rule { get; } = new()
    {
        Name = "auditwatch_flood",
        Title = "More alerts than one actor gets",
        Level = Level.Medium,
        Tags = ["attack.defense-evasion", "attack.t1562"],
        Summary = $"{{actor}} has more open alerts than one actor gets ({Share}, or {ShareWithoutRoom} while there is no room for more): what else they do is only counted, by detection",
        Runbook = """
            1. Somebody may be hiding one request in many: look at what was allowed first, then at the rarest detection, in the audit log too. Here is only a count.
            2. If the actor is a program that does its work, write a filter or a silence for what it does.
            3. Otherwise revoke the actor's credentials: it has no other reason to raise alerts by the hundred.
            """,
        Location = default,
    };

    /// <summary>Counts a finding that raises no alert of its own.</summary>
    public void Count(Finding finding) => Count(finding, finding.Actor);

    /// <summary>Counts a finding of a cluster in which too much is denied to tell of each.</summary>
    public void CountOfCrowd(Finding finding) => Count(finding, null);

    private void Count(Finding finding, string? actor)
    {
        var key = (finding.Cluster, actor, finding.Detection.Name);
        var (_, level, count) = _counted.GetValueOrDefault(key, (finding, finding.Level, 0));
        _counted[key] = (finding, finding.Level > level ? finding.Level : level, count + finding.Count);
    }

    /// <summary>The findings that tell of what has been counted since the last call: one for each actor and detection.</summary>
    public IReadOnlyList<Finding> Drain()
    {
        if (_counted.Count == 0)
        {
            return [];
        }

        var findings = _counted.Select(pair => Tell(pair.Key.Actor, pair.Key.Detection, pair.Value.Latest, pair.Value.Level, pair.Value.Count)).ToList();
        _counted.Clear();
        return findings;
    }

    private static Finding Tell(string? actor, string detection, Finding latest, Level level, int count) => new()
    {
        Detection = Rule,
        Request = latest.Request,
        Time = latest.Time,
        Actor = actor ?? "",
        ActorKind = actor == latest.Actor ? latest.ActorKind : "",
        Cluster = latest.Cluster,
        Level = level > Rule.Level ? level : Rule.Level,
        Summary = actor is null
            ? $"More than {CrowdShare} alerts of requests that were denied are open: what else is denied, to whomever, is only counted, by detection"
            : Rule.Summary.Replace("{actor}", actor, StringComparison.Ordinal),
        Dedup = [actor is null ? new("crowd", "denied") : new("actor", actor)],
        Why = [],
        Updates = [new("detection", [detection])],
        Count = count,
    };
}
