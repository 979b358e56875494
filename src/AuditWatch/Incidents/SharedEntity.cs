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

    private static readonly Dictionary<Member, Run> None = [];
    private static readonly HashSet<Member> Nobody = [];

    private readonly HashSet<Member> _members = [];
    private HashSet<Member>? _uses;
    private HashSet<Member>? _context;
    private HashSet<Member>? _composites;
    private Dictionary<Member, Run>? _runs;
    private Dictionary<Member, Run> _settled = None;
    private bool _wasCrowded;
    private bool _wasHub;

    /// <summary>What it is.</summary>
    public AlertEntity Entity => entity;

    /// <summary>The alerts that make incidents.</summary>
    public IReadOnlySet<Member> Members => _members;

    /// <summary>The alerts that only belong to incidents of others.</summary>
    public IReadOnlySet<Member> Context => _context ?? Nobody;

    /// <summary>Of <see cref="Members"/>, those of composites.</summary>
    public IReadOnlySet<Member> Composites => _composites ?? Nobody;

    /// <summary>Whether nobody has it any more.</summary>
    public bool IsEmpty => _members.Count == 0 && Context.Count == 0;

    /// <summary>Takes an alert in that makes incidents.</summary>
    public void Add(Member member, bool isUse)
    {
        _members.Add(member);
        _ = isUse ? (_uses ??= []).Add(member) : _uses?.Remove(member);
        if (member.Alert.Detection.IsComposite)
        {
            (_composites ??= []).Add(member);
        }

        _runs = null;
    }

    /// <summary>Takes an alert in that only belongs to incidents of others.</summary>
    public void AddContext(Member member) => (_context ??= []).Add(member);

    /// <summary>Lets an alert go.</summary>
    public void Remove(Member member)
    {
        _runs = _members.Remove(member) ? null : _runs;
        _uses?.Remove(member);
        _composites?.Remove(member);
        _context?.Remove(member);
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

        bool HasChanged(Member member, Run was) => isCrowded || !now.TryGetValue(member, out var run) ? !was.IsHub : (run.IsHub != was.IsHub || run.IsJoining != was.IsJoining || run.Least != was.Least);
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

    private Dictionary<Member, Run> Runs => _runs ??= _members.Count > MaxAlerts || (_members.Count == 1 && !IsOfAll) ? None : Divide();

    // Most are of one alert, and join it with nobody.
    private bool IsOfAll => entity.Kind == EntityKind.Account && AlertEntities.IsShared(entity.Name);

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
        var isHub = IsOfAll || members.Count > MaxRun
            || (entity.Kind is not (EntityKind.Account or EntityKind.Credential)
                && members.Select(member => member.Alert.Actor).Distinct(StringComparer.Ordinal).Count() > (entity.Kind == EntityKind.Address ? MaxActorsOfAddress : MaxActors));
        var concluded = new Run(members, isHub, IsJoining: !isHub && members.Exists(member => _uses?.Contains(member) != true));
        members.ForEach(member => runs[member] = concluded);
    }

    private sealed record Run(List<Member> Members, bool IsHub, bool IsJoining)
    {
        /// <summary>The least of what <see cref="IncidentParts"/> asks for with which it still joins.</summary>
        public int Least { get; } = LeastOf(Math.Max(1, Members.Count));

        private static int LeastOf(int count)
        {
            var least = MaxRun;
            while (least / 2 >= count)
            {
                least /= 2;
            }

            return least;
        }
    }
}
