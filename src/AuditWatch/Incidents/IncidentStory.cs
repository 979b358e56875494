using AuditWatch.Alerts;

namespace AuditWatch.Incidents;

/// <summary>Tells what the alerts of an incident come to. The same alerts make the same story, in whatever order they arrived.</summary>
internal static class IncidentStory
{
    private const int MaxTitle = 200;

    /// <summary>The alerts in the order of time.</summary>
    public static IOrderedEnumerable<Member> InOrder(IEnumerable<Member> members) =>
        members.OrderBy(member => member.Alert.FirstSeen).ThenBy(member => member.Alert.OpenedAt).ThenBy(member => member.Alert.Id, StringComparer.Ordinal);

    /// <summary>Makes the incident.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="members">Its alerts, at least one.</param>
    public static Incident Tell(string id, IReadOnlyCollection<Member> members)
    {
        var inOrder = InOrder(members).ToList();
        var alerts = inOrder.ConvertAll(member => member.Alert);
        var gravest = inOrder.OrderByDescending(member => member.Alert.Level).ThenByDescending(member => member.Alert.Detection.IsComposite).First();
        var actors = alerts.Select(alert => alert.Actor).Where(actor => actor.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        return new Incident
        {
            Id = id,
            Title = Title(gravest.Alert, actors),
            Level = gravest.Alert.Level,
            Cluster = alerts[0].Cluster,
            FirstSeen = alerts[0].FirstSeen,
            LastSeen = alerts.Max(alert => alert.LastSeen),
            Tactics = [.. alerts.SelectMany(alert => alert.Detection.Tags).Select(TacticOf).OfType<string>().Distinct()],
            Actors = [.. actors.Take(Incident.MaxNames)],
            Shared = Names(inOrder, (entity, member) => entity.JoinedWith(member).Count > 1, least: 2),
            Hubs = Names(inOrder, (entity, member) => entity.IsHubFor(member), least: 1),
            Alerts = [.. alerts.Take(Incident.MaxAlerts).Select(alert => alert.Id)],
            AlertCount = alerts.Count,
        };
    }

    private static string Title(Alert gravest, List<string> actors)
    {
        var title = actors.Count switch
        {
            0 => gravest.Detection.Title,
            1 => $"{gravest.Detection.Title}: {actors[0]}",
            2 => $"{gravest.Detection.Title}: {actors[0]}, {actors[1]}",
            _ => $"{gravest.Detection.Title}: {actors[0]} and {actors.Count - 1} more",
        };
        return title.Length <= MaxTitle ? title : $"{title[..(MaxTitle - (char.IsHighSurrogate(title[MaxTitle - 2]) ? 2 : 1))]}…";
    }

    private static List<string> Names(List<Member> members, Func<SharedEntity, Member, bool> counts, int least) =>
    [
        .. members.SelectMany(member => member.Entities.Where(entity => counts(entity, member))).GroupBy(entity => entity)
            .Select(group => (Name: group.Key.Entity.ToString(), Count: group.Count())).Where(one => one.Count >= least)
            .OrderByDescending(one => one.Count).ThenBy(one => one.Name, StringComparer.Ordinal).Take(Incident.MaxNames).Select(one => one.Name),
    ];

    // attack.credential-access, and as it was written before: attack.credential_access. What has digits is a technique, a group or a tool.
    private static string? TacticOf(string tag) =>
        tag.StartsWith("attack.", StringComparison.OrdinalIgnoreCase) && !tag.Any(char.IsAsciiDigit) ? tag["attack.".Length..].ToLowerInvariant().Replace('_', '-') : null;
}
