using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Web.Incidents;

/// <summary>Who made, bound and used what in an incident, as far as the requests are kept. Immutable.</summary>
/// <param name="Actors">Who acted, at most <see cref="MostActors"/>, in the order in which they appear.</param>
/// <param name="Things">What they acted on: objects, and roles, bindings, accounts and credentials, at most <see cref="MostThings"/>, those of the most severe alerts first, of one level in the order in which they appear.</param>
/// <param name="Deeds">Who did what to which of them, each pair once.</param>
/// <param name="More">How many things there is no room for.</param>
public sealed record EntityGraph(IReadOnlyList<string> Actors, IReadOnlyList<Thing> Things, IReadOnlyList<Deed> Deeds, int More)
{
    /// <summary>The most actors.</summary>
    public const int MostActors = 8;

    /// <summary>The most things.</summary>
    public const int MostThings = 14;

    private const int MostVerbs = 5;

    /// <summary>The graph of alerts.</summary>
    /// <param name="alerts">The alerts, in the order of time.</param>
    public static EntityGraph Of(IReadOnlyList<Alert> alerts)
    {
        var all = alerts.Where(alert => alert.Actor.Length > 0)
            .SelectMany(alert => alert.Requests.SelectMany(Parts).Select(part => (alert.Actor, alert.Level, part.Thing, part.Verb))).ToList();
        var things = all.GroupBy(one => one.Thing).OrderByDescending(group => group.Max(one => one.Level)).Select(group => group.Key).ToList();
        var shown = things.Take(MostThings).ToList();
        var actors = all.Where(one => shown.Contains(one.Thing)).Select(one => one.Actor).Distinct(StringComparer.Ordinal).Take(MostActors).ToList();
        var deeds = all.Where(one => actors.Contains(one.Actor) && shown.Contains(one.Thing)).GroupBy(one => (one.Actor, one.Thing))
            .Select(group => new Deed(actors.IndexOf(group.Key.Actor), shown.IndexOf(group.Key.Thing), group.Max(one => one.Level), [.. group.Select(one => one.Verb).Distinct(StringComparer.Ordinal).Take(MostVerbs)]));
        return new EntityGraph(actors, shown, [.. deeds], things.Count - shown.Count);
    }

    // Of what a request is about beside its object, each is kind:name.
    private static IEnumerable<(Thing Thing, string Verb)> Parts(RequestSnapshot request)
    {
        if (request.ObjectRef?.ToString() is { Length: > 0 } reference)
        {
            yield return (new Thing(reference, request.ObjectRef.Path is { } path ? $"object:{path}" : ""), request.Outcome == "denied" ? $"{request.Verb}, denied" : request.Verb ?? "");
        }

        foreach (var related in request.Related)
        {
            yield return (new Thing(related, related), related.Split(':')[0] switch
            {
                "binding" => "by right of",
                "role" => "bound",
                "credential" => "with",
                _ => "gave rights to",
            });
        }
    }
}

/// <summary>Something that was acted on.</summary>
/// <param name="Name">What it is called in the picture: a part of an object, or a role, binding, account or credential as <c>kind:name</c>.</param>
/// <param name="Entity">What it is, as <c>kind:name</c>; empty if it has no name of its own.</param>
public readonly record struct Thing(string Name, string Entity);

/// <summary>What somebody did to something.</summary>
/// <param name="Actor">Which of the actors it was.</param>
/// <param name="Thing">Which of the things it was done to.</param>
/// <param name="Level">The highest level of the alerts that say so.</param>
/// <param name="Verbs">What was done, at most five.</param>
public sealed record Deed(int Actor, int Thing, Level Level, IReadOnlyList<string> Verbs);
