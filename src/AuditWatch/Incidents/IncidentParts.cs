using System.Globalization;
using AuditWatch.Alerts;

namespace AuditWatch.Incidents;

/// <summary>Divides alerts into incidents, by what they share alone: the same alerts are divided in the same way, in whatever order they came.</summary>
internal static class IncidentParts
{
    /// <summary>The most alerts, of several actors, of an incident.</summary>
    public const int MaxMembers = 500;

    /// <summary>All alerts that hang together with one, by what joins any two of them.</summary>
    public static HashSet<Member> From(Member seed) => Flood(seed, SharedEntity.MaxRun, within: null);

    /// <summary>The id of the incident that an alert makes, or is the first to be opened of.</summary>
    public static string IdOf(string alert) => Fingerprint.Hash(["incident", alert]);

    /// <summary>Divides alerts that hang together into incidents.</summary>
    /// <param name="whole">The alerts.</param>
    /// <param name="isTaken">Whether an id is that of an incident which takes no alert any more.</param>
    /// <returns>The ids, whether each is of what is left of the alerts of an account that too many share, and the alerts.</returns>
    public static IEnumerable<(string Id, bool IsLeftOver, IReadOnlyCollection<Member> Members)> Of(HashSet<Member> whole, Func<string, bool> isTaken) =>
        Divide(whole, SharedEntity.MaxRun).Select(part =>
        {
            var own = IsOfOneActor(part) ? OwnOf(part.MinBy(member => (member.Alert.FirstSeen, member.Alert.Id))!) : null;
            // The alert that opened first is the same however many join it later.
            var id = own ?? IdOf(part.MinBy(member => (member.Alert.OpenedAt, member.Alert.Id))!.Alert.Id);
            while (isTaken(id))
            {
                id = Fingerprint.Hash(["again", id]);
            }

            return (id, own is not null, (IReadOnlyCollection<Member>)part);
        });

    /// <summary>Whether too many share the account that acted.</summary>
    public static bool IsOfHub(Member member) =>
        member.Entities.Exists(shared => shared.Entity.Kind == EntityKind.Account && shared.Entity.Name == member.Alert.Actor && shared.IsHubFor(member));

    // The incident of what is left of the alerts of an account that too many share; null if its account is not one.
    private static string? OwnOf(Member member) => IsOfHub(member)
        ? Fingerprint.Hash(["hub", member.Alert.Cluster, member.Alert.Actor, (member.Alert.FirstSeen.UtcTicks / IncidentBook.Window.Ticks).ToString(CultureInfo.InvariantCulture)])
        : null;

    private static IEnumerable<HashSet<Member>> Divide(HashSet<Member> whole, int most)
    {
        if (whole.Count <= MaxMembers || most == 0 || IsOfOneActor(whole))
        {
            return [whole];
        }

        var parts = new List<HashSet<Member>>();
        var left = new HashSet<Member>(whole);
        while (left.Count > 0)
        {
            var part = Flood(left.First(), most / 2, whole);
            left.ExceptWith(part);
            parts.Add(part);
        }

        return parts.SelectMany(part => Divide(part, most / 2));
    }

    private static HashSet<Member> Flood(Member seed, int most, HashSet<Member>? within)
    {
        var part = new HashSet<Member> { seed };
        var waiting = new Queue<Member>(part);
        var joined = new HashSet<IReadOnlyList<Member>>(ReferenceEqualityComparer.Instance);
        while (waiting.TryDequeue(out var member))
        {
            // Of those that one thing joins, each leads to the same ones.
            foreach (var other in member.Entities.Select(shared => shared.JoinedWith(member, most)).Where(run => run.Count > 1 && joined.Add(run)).SelectMany(run => run).Concat(member.Ties).Concat(member.Joined))
            {
                if (other.IsSevere && (within is null || within.Contains(other)) && part.Add(other))
                {
                    waiting.Enqueue(other);
                }
            }
        }

        return part;
    }

    private static bool IsOfOneActor(HashSet<Member> part)
    {
        var actor = part.First().Alert.Actor;
        return part.All(member => member.Alert.Actor == actor);
    }
}
