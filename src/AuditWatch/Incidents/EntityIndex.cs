using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Incidents;

/// <summary>Which alerts share what. Not thread-safe.</summary>
/// <param name="failures">Hears of alerts of which it cannot be read what they are about: they share nothing. Default: reading them throws.</param>
internal sealed class EntityIndex(EventFailures? failures = null)
{
    // Of what so many alerts that make no incidents share, none is looked at.
    private const int MaxContext = 1_000;

    private readonly Dictionary<(string Cluster, EntityKind Kind, string Name), SharedEntity> _entities = [];
    private readonly HashSet<SharedEntity> _unsettled = [];
    private DateTimeOffset _newest = DateTimeOffset.MinValue;

    /// <summary>How many entities have come to be shared by too many, of each kind.</summary>
    public Dictionary<EntityKind, int> Hubs { get; } = [];

    /// <summary>How many entities of alerts were beyond what one may have.</summary>
    public int Beyond { get; set; }

    /// <summary>Takes an alert in, with what it is about now.</summary>
    public void Add(Member member)
    {
        _newest = member.Alert.FirstSeen > _newest ? member.Alert.FirstSeen : _newest;
        var entities = EntitiesOf(member.Alert, out var beyond);
        foreach (var entity in entities)
        {
            var key = (member.Alert.Cluster, entity.Kind, entity.Name);
            if (!_entities.TryGetValue(key, out var shared))
            {
                _entities[key] = shared = new SharedEntity(entity with { IsUse = false });
            }

            member.Entities.Add(shared);
            if (member.IsSevere)
            {
                shared.Add(member, entity.IsUse);
                _unsettled.Add(shared);
            }
            else
            {
                shared.AddContext(member);
            }
        }

        Beyond += beyond;
        Tie(member);
    }

    // One that fails costs itself, today and at each start that finds it in the state.
    private IReadOnlyList<AlertEntity> EntitiesOf(Alert alert, out int beyond)
    {
        try
        {
            return AlertEntities.Of(alert, out beyond);
        }
        catch (Exception problem) when (failures is not null)
        {
            failures.Add("incident", alert.Detection.Name, alert.Cluster, alert.Actor, alert.Requests.Count > 0 ? alert.Requests[^1] : null, problem);
            beyond = 0;
            return [];
        }
    }

    /// <summary>Lets an alert go: it shares nothing any more.</summary>
    public void Remove(Member member)
    {
        foreach (var shared in member.Entities)
        {
            shared.Remove(member);
            if (!shared.IsEmpty)
            {
                _unsettled.Add(shared);
            }
            else
            {
                _unsettled.Remove(shared);
                _entities.Remove((member.Alert.Cluster, shared.Entity.Kind, shared.Entity.Name));
            }
        }

        member.Entities.Clear();
        foreach (var tied in member.Ties)
        {
            tied.Ties.Remove(member);
        }

        member.Ties.Clear();
    }

    /// <summary>Takes in that an alert lasts longer than before, or began earlier.</summary>
    /// <returns>Whether that can change what belongs together. It cannot where no alert began later than <see cref="IncidentBook.Window"/> after the end that it had: the usual repeat.</returns>
    public bool Moved(Member member, Alert alert)
    {
        var isLonger = member.Alert.FirstSeen == alert.FirstSeen && member.Alert.LastSeen <= alert.LastSeen;
        if (isLonger && (!member.IsSevere || _newest - member.Alert.LastSeen <= IncidentBook.Window))
        {
            return false;
        }

        foreach (var shared in member.IsSevere ? member.Entities : [])
        {
            shared.Moved();
            _unsettled.Add(shared);
        }

        return true;
    }

    /// <summary>The alerts that do not share any more, or share only now, what they had in common with others, since this was asked last.</summary>
    public IReadOnlyList<Member> Settle()
    {
        var changed = new List<Member>();
        foreach (var shared in _unsettled)
        {
            changed.AddRange(shared.Settle(out var becameHub));
            if (becameHub)
            {
                Hubs[shared.Entity.Kind] = Hubs.GetValueOrDefault(shared.Entity.Kind) + 1;
            }
        }

        _unsettled.Clear();
        return changed;
    }

    /// <summary>The alerts that make no incidents and share something with one that does.</summary>
    public static IEnumerable<Member> ContextOf(Member member) => SharedBy(member).SelectMany(shared => shared.Context);

    /// <summary>What an alert that makes no incidents can share with those that do.</summary>
    public static IEnumerable<SharedEntity> SharedBy(Member member) => member.Entities.Where(shared => shared.Context.Count <= MaxContext);

    /// <summary>The incidents of the alerts that share an entity, but of what it says nothing about.</summary>
    public static HashSet<string> IncidentsOf(SharedEntity shared) => shared.Members.Count > SharedEntity.MaxAlerts ? [] : shared.Members
        .Where(member => member.Incident is not null && (!shared.IsHubFor(member) || member.IsLeftOver)).Select(member => member.Incident!).ToHashSet(StringComparer.Ordinal);

    // A composite and the alerts of its steps keep the same requests.
    private static void Tie(Member member)
    {
        if (!member.IsSevere)
        {
            return;
        }

        foreach (var other in member.Entities.Where(shared => shared.Entity.Kind == EntityKind.Account)
            .SelectMany(shared => member.Alert.Detection.IsComposite ? shared.Members : (IEnumerable<Member>)shared.Composites))
        {
            if (other != member && other.SharesRequestWith(member))
            {
                member.Ties.Add(other);
                other.Ties.Add(member);
            }
        }
    }
}
