using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Incidents;

/// <summary>Tells what the alerts of an incident come to. The same alerts make the same story, in whatever order they arrived.</summary>
internal static class IncidentStory
{
    private const int MaxTitle = 200;

    /// <summary>The alerts in the order of time.</summary>
    public static IOrderedEnumerable<Member> InOrder(IEnumerable<Member> members) =>
        members.OrderBy(member => member.Alert.FirstSeen).ThenBy(member => member.Alert.OpenedAt).ThenBy(member => member.Alert.Id, StringComparer.Ordinal);

    /// <summary>Makes the incident, which nobody has dealt with.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="members">Its alerts, at least one.</param>
    /// <param name="before">As it was told before; null if it was not. What the alerts of one that takes no others had in common stays.</param>
    public static Incident Tell(string id, IReadOnlyCollection<Member> members, Incident? before = null)
    {
        var inOrder = InOrder(members).Take(Incident.MaxAlerts).ToList();
        var first = inOrder[0].Alert;
        var gravest = inOrder[0];
        var (last, opened) = (first.LastSeen, first.OpenedAt);
        var open = 0;
        var others = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in members.Count > inOrder.Count ? members : inOrder)
        {
            var alert = member.Alert;
            gravest = Weight(member) > Weight(gravest) || (Weight(member) == Weight(gravest) && Order(member).CompareTo(Order(gravest)) < 0) ? member : gravest;
            last = alert.LastSeen > last ? alert.LastSeen : last;
            opened = alert.OpenedAt < opened ? alert.OpenedAt : opened;
            open += alert.Status == AlertStatus.Closed ? 0 : 1;
            others.Add(alert.Actor);
        }

        others.Remove("");
        var actors = inOrder.Select(member => member.Alert.Actor).Where(actor => actor.Length > 0).Distinct(StringComparer.Ordinal).Take(Incident.MaxNames).ToList();
        var isIndexed = inOrder.Exists(member => member.Entities.Count > 0);
        return new Incident
        {
            Id = id,
            Title = Title(gravest.Alert, actors, others.Count),
            Level = gravest.Alert.Level,
            Cluster = first.Cluster,
            OpenedAt = opened,
            FirstSeen = first.FirstSeen,
            LastSeen = last,
            Tactics = [.. inOrder.SelectMany(member => member.Alert.Detection.Tags).Select(AttackTactics.Of).OfType<string>().Distinct()],
            Actors = actors,
            Shared = isIndexed || before is null ? Names(inOrder, (entity, member) => entity.JoinedWith(member).Count > 1, least: 2) : before.Shared,
            Hubs = isIndexed || before is null ? Names(inOrder, (entity, member) => entity.IsHubFor(member), least: 1) : before.Hubs,
            Alerts = [.. inOrder.Select(member => member.Alert.Id)],
            AlertCount = members.Count,
            OpenAlerts = open,
        };
    }

    private static int Weight(Member member) => ((int)member.Alert.Level * 2) + (member.Alert.Detection.IsComposite ? 1 : 0);

    private static (DateTimeOffset, DateTimeOffset, string) Order(Member member) => (member.Alert.FirstSeen, member.Alert.OpenedAt, member.Alert.Id);

    private static string Title(Alert gravest, List<string> actors, int count)
    {
        var title = count switch
        {
            0 => gravest.Detection.Title,
            1 => $"{gravest.Detection.Title}: {actors[0]}",
            2 => $"{gravest.Detection.Title}: {actors[0]}, {actors[1]}",
            _ => $"{gravest.Detection.Title}: {actors[0]} and {count - 1} more",
        };
        return title.Length <= MaxTitle ? title : $"{title[..(MaxTitle - (char.IsHighSurrogate(title[MaxTitle - 2]) ? 2 : 1))]}…";
    }

    private static List<string> Names(List<Member> members, Func<SharedEntity, Member, bool> counts, int least) =>
    [
        .. members.SelectMany(member => member.Entities.Where(entity => counts(entity, member))).GroupBy(entity => entity)
            .Select(group => (Name: group.Key.Entity.ToString(), Count: group.Count())).Where(one => one.Count >= least)
            .OrderByDescending(one => one.Count).ThenBy(one => one.Name, StringComparer.Ordinal).Take(Incident.MaxNames).Select(one => one.Name),
    ];
}
