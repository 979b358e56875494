using AuditWatch.Alerts;

namespace AuditWatch.Incidents;

/// <summary>Which alerts share what. Not thread-safe.</summary>
internal sealed class EntityIndex
{
    // Of what so many alerts that make no incidents share, none is looked at.
    private const int MaxContext = 1_000;

    private readonly Dictionary<(string Cluster, EntityKind Kind, string Name), SharedEntity> _entities = [];

    /// <summary>Takes an alert in, with what it is about now.</summary>
    public void Add(Member member)
    {
        foreach (var entity in AlertEntities.Of(member.Alert))
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
            }
            else
            {
                shared.Context.Add(member);
            }
        }

        Tie(member);
    }

    /// <summary>Lets an alert go: it shares nothing any more.</summary>
    public void Remove(Member member)
    {
        foreach (var shared in member.Entities)
        {
            shared.Remove(member);
            if (shared.IsEmpty)
            {
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

    /// <summary>Takes in that an alert lasts longer than before.</summary>
    public static void Moved(Member member, Alert alert)
    {
        if (member.Alert.FirstSeen != alert.FirstSeen || member.Alert.LastSeen != alert.LastSeen)
        {
            member.Entities.ForEach(shared => shared.Moved());
        }
    }

    /// <summary>The alerts that one that has changed may have joined, or parted.</summary>
    public static IEnumerable<Member> Around(Member member) =>
        member.IsSevere ? member.Entities.Where(shared => shared.Members.Count <= SharedEntity.MaxAlerts + 1).SelectMany(shared => shared.Members) : [];

    /// <summary>The alerts that make no incidents and share something with one that does.</summary>
    public static IEnumerable<Member> ContextOf(Member member) => member.Entities.Where(shared => shared.Context.Count <= MaxContext).SelectMany(shared => shared.Context);

    /// <summary>With which alerts that make incidents one that does not shares what; a tie of a composite counts as something shared.</summary>
    public static IEnumerable<(Member With, SharedEntity? Entity)> SharingWith(Member member)
    {
        foreach (var shared in member.Entities.Where(shared => shared.Context.Count <= MaxContext))
        {
            foreach (var other in shared.Members.Count <= SharedEntity.MaxAlerts ? shared.Members : (IEnumerable<Member>)[])
            {
                if (!shared.IsHubFor(other) || other.Incident == IncidentParts.OwnOf(other))
                {
                    yield return (other, shared);
                }
            }

            foreach (var composite in shared.Composites.Where(member.SharesRequestWith))
            {
                yield return (composite, null);
            }
        }
    }

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
