using AuditWatch.Alerts;

namespace AuditWatch.Incidents;

/// <summary>What people decide of where alerts belong, whatever these share. Not thread-safe.</summary>
/// <param name="members">The alerts.</param>
internal sealed class IncidentDecisions(IncidentMembers members)
{
    /// <summary>Makes an incident of some alerts of another: from now on no alert joins or leaves it by itself.</summary>
    /// <param name="chosen">The alerts, not all of their incident.</param>
    /// <returns>The incident's id.</returns>
    public string SetApart(IReadOnlyList<Member> chosen)
    {
        var rest = members.Of(chosen[0].Incident!).Except(chosen).ToList();
        var apart = Fingerprint.Hash(["apart", .. chosen.Select(member => member.Alert.Id).Order(StringComparer.Ordinal)]);
        while (members.Of(apart).Count > 0)
        {
            apart = Fingerprint.Hash(["again", apart]);
        }

        foreach (var member in chosen)
        {
            Part(member);
            members.Put(member, apart);
        }

        rest.ForEach(members.Reconsider);
        return apart;
    }

    /// <summary>Makes one incident of two.</summary>
    /// <param name="incident">The one, with at least one alert.</param>
    /// <param name="other">The other one, likewise.</param>
    public void Merge(string incident, string other)
    {
        // Of what is set apart only that says where it belongs; what joins it is set apart, too.
        if (members.Of(incident).FirstOrDefault(member => member.SetApart is not null) is not null)
        {
            foreach (var member in members.Of(other).ToList())
            {
                members.Put(member, incident);
            }

            return;
        }

        var target = Leader(members.Of(incident))!;
        foreach (var member in members.Of(other).ToList())
        {
            if (member.SetApart is not null)
            {
                members.Release(member);
                Decide(member, target);
            }
            else if (member.IsSevere)
            {
                Decide(member, target);
            }

            members.Reconsider(member);
        }
    }

    // Each is joined with one at most, so that the state knows all of it.
    private void Decide(Member member, Member target)
    {
        if (member.JoinedTo is { } known && members.Find(known) is { } before && before.JoinedTo != member.Alert.Id)
        {
            member.Joined.Remove(before);
            before.Joined.Remove(member);
        }

        member.JoinedTo = target.Alert.Id;
        Join(member, target);
        members.Moved.Add(member);
    }

    /// <summary>Joins an alert with another; with nothing if that is not there any more.</summary>
    public static void Join(Member member, Member? target)
    {
        if (target is not null && target != member)
        {
            member.Joined.Add(target);
            target.Joined.Add(member);
        }
    }

    /// <summary>An alert leaves: those that people had joined with it stay joined with what is left of its incident.</summary>
    public void Part(Member member)
    {
        var joined = member.Joined.ToList();
        foreach (var other in joined)
        {
            other.Joined.Remove(member);
        }

        member.Joined.Clear();
        foreach (var other in joined.Where(other => other.JoinedTo == member.Alert.Id))
        {
            other.JoinedTo = null;
            members.Moved.Add(other);
            if (Leader(members.Of(other.Incident ?? "").Where(one => one != member && one != other)) is { } leader)
            {
                Decide(other, leader);
            }
        }
    }

    private static Member? Leader(IEnumerable<Member> members) => IncidentStory.InOrder(members).OrderByDescending(member => member.IsSevere).FirstOrDefault();
}
