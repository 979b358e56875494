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

    /// <summary>Divides alerts that hang together into incidents.</summary>
    /// <param name="whole">The alerts.</param>
    /// <returns>The ids, and the alerts of each.</returns>
    public static IEnumerable<(string Id, IReadOnlyCollection<Member> Members)> Of(HashSet<Member> whole) =>
        Divide(whole, SharedEntity.MaxRun).Select(part => (IdOf(part), (IReadOnlyCollection<Member>)part));

    /// <summary>The incident of what is left of the alerts of an account that too many share; null if its account is not one.</summary>
    public static string? OwnOf(Member member)
    {
        var alert = member.Alert;
        return member.Entities.Exists(shared => shared.Entity.Kind == EntityKind.Account && shared.Entity.Name == alert.Actor && shared.IsHubFor(member))
            ? Fingerprint.Hash(["hub", alert.Cluster, alert.Actor, (alert.FirstSeen.UtcTicks / IncidentBook.Window.Ticks).ToString(CultureInfo.InvariantCulture)])
            : null;
    }

    // The alert that opened first is the same however many join it later.
    private static string IdOf(HashSet<Member> part)
    {
        var first = part.MinBy(member => (member.Alert.OpenedAt, member.Alert.Id))!;
        return IsOfOneActor(part) && OwnOf(part.MinBy(member => (member.Alert.FirstSeen, member.Alert.Id))!) is { } own ? own : Fingerprint.Hash(["incident", first.Alert.Id]);
    }

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
        while (waiting.TryDequeue(out var member))
        {
            foreach (var other in member.Entities.SelectMany(shared => shared.JoinedWith(member, most)).Concat(member.Ties))
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
