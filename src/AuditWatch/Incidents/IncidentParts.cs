using System.Globalization;
using AuditWatch.Alerts;

namespace AuditWatch.Incidents;

/// <summary>
/// Which alerts make one incident, by what they share alone: the same alerts are divided in the same way, in whatever order they came. Those that hang together are one, unless they are too many
/// of several actors: then one belongs with those that it hangs together with by what fewer and fewer alerts share. However much hangs together, no more of it is looked at than an incident may
/// have, and what had not been known to be too large. For one pass, in which nothing is shared that was not before. Not thread-safe.
/// </summary>
internal sealed class IncidentParts
{
    /// <summary>The most alerts, of several actors, of an incident.</summary>
    public const int MaxMembers = 500;

    // By what at most so many share, these are of something too large, or have been asked whether they knew.
    private readonly Dictionary<int, HashSet<Member>> _large = [];
    private readonly Dictionary<int, HashSet<Member>> _asked = [];

    /// <summary>The id of the incident that an alert makes, or is the first to be opened of.</summary>
    public static string IdOf(string alert) => Fingerprint.Hash(["incident", alert]);

    /// <summary>The alerts that one belongs together with, itself among them.</summary>
    /// <param name="seed">The alert.</param>
    /// <param name="again">Gets those that have been together with others by what has become too large since, and have to be asked, too.</param>
    public HashSet<Member> Around(Member seed, Action<Member> again)
    {
        for (var most = SharedEntity.MaxRun; ; most /= 2)
        {
            if (TryFlood(seed, most, out var part))
            {
                foreach (var member in part)
                {
                    member.JoinedBy = most;
                }

                return part;
            }

            foreach (var other in Together(seed, most))
            {
                again(other);
            }
        }
    }

    /// <summary>Which incident alerts are that belong together.</summary>
    /// <param name="part">The alerts, at least one.</param>
    /// <param name="isTaken">Whether an id is that of an incident which takes no alert any more.</param>
    /// <returns>Its id, and whether it is of what is left of the alerts of an account that too many share.</returns>
    public static (string Id, bool IsLeftOver) Name(HashSet<Member> part, Func<string, bool> isTaken)
    {
        var actor = part.First().Alert.Actor;
        var own = part.All(member => member.Alert.Actor == actor) ? OwnOf(part.MinBy(member => (member.Alert.FirstSeen, member.Alert.Id))!) : null;
        // The alert that opened first is the same however many join it later.
        var id = own ?? IdOf(part.MinBy(member => (member.Alert.OpenedAt, member.Alert.Id))!.Alert.Id);
        while (isTaken(id))
        {
            id = Fingerprint.Hash(["again", id]);
        }

        return (id, own is not null);
    }

    /// <summary>Whether too many share the account that acted.</summary>
    public static bool IsOfHub(Member member) =>
        member.Entities.Exists(shared => shared.Entity.Kind == EntityKind.Account && shared.Entity.Name == member.Alert.Actor && shared.IsHubFor(member));

    // The incident of what is left of the alerts of an account that too many share; null if its account is not one.
    private static string? OwnOf(Member member) => IsOfHub(member)
        ? Fingerprint.Hash(["hub", member.Alert.Cluster, member.Alert.Actor, (member.Alert.FirstSeen.UtcTicks / IncidentBook.Window.Ticks).ToString(CultureInfo.InvariantCulture)])
        : null;

    // All that hang together with one; nothing if they are too many. What composites and people tie stays together however many they are.
    private bool TryFlood(Member seed, int most, out HashSet<Member> part)
    {
        var large = Of(_large, most);
        part = [seed];
        var waiting = new Queue<Member>(part);
        var joined = new HashSet<IReadOnlyList<Member>>(ReferenceEqualityComparer.Instance);
        var isOfOne = true;
        while (waiting.TryDequeue(out var member))
        {
            isOfOne &= member.Alert.Actor == seed.Alert.Actor;
            if (most > 0 && (large.Contains(member) || (part.Count > MaxMembers && !isOfOne)))
            {
                large.UnionWith(part);
                return false;
            }

            foreach (var other in Next(member, most, joined))
            {
                if (part.Add(other))
                {
                    waiting.Enqueue(other);
                }
            }
        }

        return true;
    }

    // Those that one hangs together with by those that did not know that it is too large.
    private List<Member> Together(Member seed, int most)
    {
        var asked = Of(_asked, most);
        var together = new List<Member>();
        var waiting = new Queue<Member>([seed]);
        var joined = new HashSet<IReadOnlyList<Member>>(ReferenceEqualityComparer.Instance);
        while (waiting.TryDequeue(out var member))
        {
            foreach (var other in Next(member, most, joined))
            {
                if (other != seed && other.JoinedBy >= most && asked.Add(other))
                {
                    together.Add(other);
                    waiting.Enqueue(other);
                }
            }
        }

        return together;
    }

    // Of those that one thing joins, each leads to the same ones.
    private static IEnumerable<Member> Next(Member member, int most, HashSet<IReadOnlyList<Member>> joined) =>
        member.Entities.Select(shared => shared.JoinedWith(member, most)).Where(run => run.Count > 1 && joined.Add(run)).SelectMany(run => run).Concat(member.Ties).Concat(member.Joined).Where(other => other.IsSevere);

    private static HashSet<Member> Of(Dictionary<int, HashSet<Member>> all, int most) => all.TryGetValue(most, out var known) ? known : all[most] = [];
}
