using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.RuleTesting;

/// <summary>What alerts one set of detections raises that another does not. Alerts of one detection, level, cluster and fingerprint are the same if they overlap in time: one finding more or less makes no other alert.</summary>
/// <param name="Raised">The alerts that only the set that would run raises, in the order of time.</param>
/// <param name="Removed">The alerts that only the set that runs now raises, in the order of time.</param>
/// <param name="Days">How many there are, by day, the earliest first, and detection.</param>
internal sealed record AlertDifference(IReadOnlyList<Alert> Raised, IReadOnlyList<Alert> Removed, IReadOnlyList<AlertDay> Days)
{
    /// <summary>Compares.</summary>
    /// <param name="now">The alerts of the set that runs.</param>
    /// <param name="then">The alerts of the set that would run.</param>
    /// <param name="since">Alerts that were opened earlier are left out.</param>
    /// <param name="changed">The names of the detections whose days are told in any case; those of others where something is different.</param>
    public static AlertDifference Of(IEnumerable<Alert> now, IEnumerable<Alert> then, DateTimeOffset since, IReadOnlySet<string> changed)
    {
        var (before, after) = (now.Where(alert => alert.FirstSeen >= since).ToList(), then.Where(alert => alert.FirstSeen >= since).ToList());
        var (raised, removed) = (Without(after, before), Without(before, after));
        var days = new Dictionary<(DateOnly, string, Level), AlertDay>();
        Count(before, day => day with { Now = day.Now + 1 });
        Count(after, day => day with { Then = day.Then + 1 });
        Count(raised, day => day with { Raised = day.Raised + 1 });
        Count(removed, day => day with { Removed = day.Removed + 1 });
        return new(raised, removed,
        [
            .. days.Values.Where(day => changed.Contains(day.Detection) || day.Raised + day.Removed > 0 || day.Now != day.Then)
                .OrderBy(day => day.Day).ThenByDescending(day => day.Level).ThenBy(day => day.Detection, StringComparer.Ordinal),
        ]);

        void Count(List<Alert> alerts, Func<AlertDay, AlertDay> add)
        {
            foreach (var alert in alerts)
            {
                var key = (DateOnly.FromDateTime(alert.FirstSeen.UtcDateTime), alert.Detection.Name, alert.Level);
                days[key] = add(days.GetValueOrDefault(key) ?? new AlertDay(key.Item1, key.Name, key.Level, 0, 0, 0, 0));
            }
        }
    }

    private static List<Alert> Without(List<Alert> alerts, List<Alert> others)
    {
        var alike = others.ToLookup(Key);
        return [.. alerts.Where(alert => !alike[Key(alert)].Any(other => other.FirstSeen <= alert.LastSeen && alert.FirstSeen <= other.LastSeen)).OrderBy(alert => alert.FirstSeen)];

        static (string, Level, string, string) Key(Alert alert) => (alert.Detection.Name, alert.Level, alert.Cluster, alert.Fingerprint);
    }
}

/// <summary>How many alerts of a detection and level were opened on a day.</summary>
/// <param name="Day">The day, in UTC.</param>
/// <param name="Detection">The detection's name.</param>
/// <param name="Level">The level of the alerts.</param>
/// <param name="Now">With the set that runs.</param>
/// <param name="Then">With the set that would run.</param>
/// <param name="Raised">With the latter only.</param>
/// <param name="Removed">With the former only.</param>
internal sealed record AlertDay(DateOnly Day, string Detection, Level Level, int Now, int Then, int Raised, int Removed);
