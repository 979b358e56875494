namespace AuditWatch.Incidents;

/// <summary>
/// What alerts of a cluster share, and which of them it joins: those of one run, in which never more than <see cref="IncidentBook.Window"/> passes without one. A run that
/// too many have a part in joins nobody. Not thread-safe.
/// </summary>
internal sealed class SharedEntity(AlertEntity entity)
{
    /// <summary>The most alerts of a run.</summary>
    public const int MaxRun = 100;

    /// <summary>With more alerts, at whatever time, it is not looked at any closer: too many share it.</summary>
    public const int MaxAlerts = 1_000;

    // Of a run, so many actors: behind one address are a gateway's clients, and a role that all may use is nobody's.
    private const int MaxActorsOfAddress = 3;
    private const int MaxActors = 10;

    private readonly HashSet<Member> _members = [];
    private readonly HashSet<Member> _uses = [];
    private Dictionary<Member, Run>? _runs;
    private Dictionary<Member, Run> _settled = [];
    private bool _wasCrowded;
    private bool _wasHub;

    /// <summary>What it is.</summary>
    public AlertEntity Entity => entity;

    /// <summary>The alerts that make incidents.</summary>
    public IReadOnlySet<Member> Members => _members;

    /// <summary>The alerts that only belong to incidents of others.</summary>
    public HashSet<Member> Context { get; } = [];

    /// <summary>Of <see cref="Members"/>, those of composites.</summary>
    public HashSet<Member> Composites { get; } = [];

    /// <summary>Whether nobody has it any more.</summary>
    public bool IsEmpty => _members.Count == 0 && Context.Count == 0;

    /// <summary>Takes an alert in that makes incidents.</summary>
    public void Add(Member member, bool isUse)
    {
        _members.Add(member);
        _ = isUse ? _uses.Add(member) : _uses.Remove(member);
        if (member.Alert.Detection.IsComposite)
        {
            Composites.Add(member);
        }

        _runs = null;
    }

    /// <summary>Lets an alert go.</summary>
    public void Remove(Member member)
    {
        _runs = _members.Remove(member) ? null : _runs;
        _uses.Remove(member);
        Composites.Remove(member);
        Context.Remove(member);
    }

    /// <summary>The alerts for which it has changed, since this was asked last, whether it joins them with others; without those that it got meanwhile.</summary>
    /// <param name="becameHub">Whether too many share it by now, and did not then.</param>
    public IReadOnlyList<Member> Settle(out bool becameHub)
    {
        var (before, wasCrowded, isCrowded) = (_settled, _wasCrowded, _members.Count > MaxAlerts);
        becameHub = false;
        if (wasCrowded && isCrowded)
        {
            return [];
        }

        var now = Runs;
        (_settled, _wasCrowded) = (now, isCrowded);
        var isHub = isCrowded || now.Values.Any(run => run.IsHub);
        becameHub = isHub && !_wasHub;
        _wasHub = isHub;
        return [.. wasCrowded ? now.Where(one => !one.Value.IsHub).Select(one => one.Key) : before.Where(one => _members.Contains(one.Key) && HasChanged(one.Key, one.Value)).Select(one => one.Key)];

        bool HasChanged(Member member, Run was) => isCrowded ? !was.IsHub : now[member] is var run && (run.IsHub != was.IsHub || run.IsJoining != was.IsJoining);
    }

    /// <summary>Takes in that one of its alerts lasts longer than before.</summary>
    public void Moved() => _runs = null;

    /// <summary>The alerts that it joins one with, that one among them; none if it joins nobody.</summary>
    /// <param name="member">The alert.</param>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<Member> JoinedWith(Member member, int most = MaxRun) =>
        Runs.TryGetValue(member, out var run) && run.IsJoining && run.Members.Count <= most ? run.Members : [];

    /// <summary>Whether too many share it to join an alert with anybody.</summary>
    public bool IsHubFor(Member member) => _members.Count > MaxAlerts || (Runs.TryGetValue(member, out var run) && run.IsHub);

    private Dictionary<Member, Run> Runs => _runs ??= _members.Count > MaxAlerts ? [] : Divide();

    private Dictionary<Member, Run> Divide()
    {
        var runs = new Dictionary<Member, Run>(_members.Count);
        var run = new List<Member>();
        var end = DateTimeOffset.MinValue;
        foreach (var member in _members.OrderBy(member => member.Alert.FirstSeen).ThenBy(member => member.Alert.Id, StringComparer.Ordinal))
        {
            if (run.Count > 0 && member.Alert.FirstSeen - end > IncidentBook.Window)
            {
                Conclude(run, runs);
                run = [];
            }

            run.Add(member);
            end = member.Alert.LastSeen > end ? member.Alert.LastSeen : end;
        }

        Conclude(run, runs);
        return runs;
    }

    private void Conclude(List<Member> members, Dictionary<Member, Run> runs)
    {
        var isHub = (entity.Kind == EntityKind.Account && AlertEntities.IsShared(entity.Name)) || members.Count > MaxRun
            || (entity.Kind is not (EntityKind.Account or EntityKind.Credential)
                && members.Select(member => member.Alert.Actor).Distinct(StringComparer.Ordinal).Count() > (entity.Kind == EntityKind.Address ? MaxActorsOfAddress : MaxActors));
        var concluded = new Run(members, isHub, IsJoining: !isHub && members.Exists(member => !_uses.Contains(member)));
        members.ForEach(member => runs[member] = concluded);
    }

    private sealed record Run(List<Member> Members, bool IsHub, bool IsJoining);
}
