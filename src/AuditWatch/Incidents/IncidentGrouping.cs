namespace AuditWatch.Incidents;

/// <summary>Works out where alerts belong after some have changed: those of one story by <see cref="IncidentParts"/>, those that make no incident by what they share with those. Not thread-safe.</summary>
/// <param name="members">The alerts.</param>
/// <param name="index">What they share.</param>
internal sealed class IncidentGrouping(IncidentMembers members, EntityIndex index)
{
    /// <summary>Moves every alert that belongs elsewhere now.</summary>
    /// <param name="changed">The alerts that have changed.</param>
    public void Regroup(IReadOnlyCollection<Member> changed) => Attach(changed, Group(changed));

    // Everything that what has changed may have joined or parted.
    private HashSet<Member> Group(IReadOnlyCollection<Member> changed)
    {
        var parts = new IncidentParts();
        var reached = new HashSet<Member>();
        var waiting = new Queue<Member>(changed.Concat(index.Settle()).ToList());
        while (waiting.TryDequeue(out var seed))
        {
            if (!seed.IsSevere || members.IsFixed(seed) || reached.Contains(seed))
            {
                continue;
            }

            var part = parts.Around(seed, waiting.Enqueue);
            reached.UnionWith(part);
            var (id, isLeftOver) = IncidentParts.Name(part, members.IsSealed);
            foreach (var member in part)
            {
                // They may have been together for what is no longer so. Of what is left of an account's nothing but itself says where it belongs.
                if (member.Incident is { } before && !member.IsLeftOver)
                {
                    foreach (var other in members.Of(before).Where(other => !reached.Contains(other)))
                    {
                        waiting.Enqueue(other);
                    }
                }

                members.Move(member, id, isLeftOver);
            }

            // What it shares may have become a hub although nobody has moved.
            members.Touched.Add(id);
        }

        return reached;
    }

    private void Attach(IEnumerable<Member> changed, HashSet<Member> reached)
    {
        var context = reached.SelectMany(EntityIndex.ContextOf).Concat(changed).Concat(members.Touched.SelectMany(members.Of)).Where(member => !member.IsSevere && !members.IsFixed(member)).ToHashSet();
        var incidentsOf = new Dictionary<SharedEntity, HashSet<string>>();
        var spans = new Dictionary<string, (DateTimeOffset Start, DateTimeOffset End)>(StringComparer.Ordinal);
        foreach (var member in context)
        {
            members.Move(member, member.JoinedTo is { } with && members.Find(with) is { Incident: { } joined } ? joined : Best(member), isLeftOver: false);
        }

        string? Best(Member member) => SharedWith(member).GroupBy(id => id)
            .Select(group => (Id: group.Key, Span: SpanOf(group.Key), Count: group.Count()))
            .Where(one => member.Alert.FirstSeen >= one.Span.Start && member.Alert.FirstSeen - one.Span.End <= IncidentBook.Window)
            .OrderByDescending(one => one.Count).ThenBy(one => one.Span.Start).ThenBy(one => one.Id, StringComparer.Ordinal).Select(one => one.Id).FirstOrDefault();

        // A tie of a composite counts as something shared.
        IEnumerable<string> SharedWith(Member member) => EntityIndex.SharedBy(member).SelectMany(IncidentsOf)
            .Concat(EntityIndex.SharedBy(member).SelectMany(shared => shared.Composites).Distinct().Where(member.SharesRequestWith).Select(composite => composite.Incident).OfType<string>().Distinct());

        HashSet<string> IncidentsOf(SharedEntity shared) => incidentsOf.TryGetValue(shared, out var known) ? known : incidentsOf[shared] = EntityIndex.IncidentsOf(shared);

        (DateTimeOffset Start, DateTimeOffset End) SpanOf(string id)
        {
            if (!spans.TryGetValue(id, out var span))
            {
                var severe = members.Of(id).Where(one => one.IsSevere).Select(one => one.Alert).ToList();
                spans[id] = span = (severe.Min(alert => alert.FirstSeen), severe.Max(alert => alert.LastSeen));
            }

            return span;
        }
    }
}
