using System.Diagnostics.CodeAnalysis;
using AuditWatch.Detection;
using AuditWatch.Sharing;

namespace AuditWatch.Alerts;

/// <summary>
/// The alerts and their lives. A finding joins the alert of its fingerprint, unless that is closed or was opened longer ago than the detection's
/// dedup window; otherwise it opens one, and the one before is over.
/// <code>
///     finding ──▶ open ──▶ acknowledged ──▶ closed ──▶ forgotten
///                  └── by hand, or quiet for long enough ──┘
/// </code>
/// Bounded: of more alerts that are not closed than its capacity one of the actor who has the most is closed, see <see cref="FairShare{T}"/>; what one actor has beyond their share is counted in one alert,
/// see <see cref="Flood"/>; of those that are closed, more than a few leave the memory. It is long for one class because whatever happens to an alert moves it in all of its indexes.
/// Not thread-safe.
/// </summary>
internal sealed class AlertBook
{
    /// <summary>The most requests an alert keeps as a sample.</summary>
    public const int SampleSize = 10;

    /// <summary>The most alerts it holds that are not closed: with what incidents, groups and queues hold of each, about 20 KB. 50,000, or what there is memory for.</summary>
    public static readonly int Capacity = MemoryScale.Of(50_000);

    /// <summary>The most bytes of texts in those, and in those that are closed. 96 MiB, or what there is memory for.</summary>
    public static readonly int MaxBytes = MemoryScale.Of(96 << 20);

    /// <summary>The most that are closed, so that events which are read again do not open them anew. 10,000, or what there is memory for.</summary>
    public static readonly int RecentlyClosed = MemoryScale.Of(10_000);

    internal const string Dealt = "dealt with";
    internal const string Forgotten = "the source is not watched any more";
    private const string Quiet = "nothing more happened";
    private const string Over = "it is no longer so";
    private const string Superseded = "it happened again after the dedup window";
    private const string Crowded = "too many alerts were open";
    private const string Flooded = "its actor has too many open alerts, and this one mattered least";

    private readonly Func<Finding?, DateTimeOffset> _clock;
    private readonly TimeSpan? _resolveAfter;
    private readonly Dictionary<string, LinkedListNode<Alert>> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LinkedListNode<Alert>> _latest = new(StringComparer.Ordinal);
    private readonly LinkedList<Alert> _open = [];
    private readonly LinkedList<Alert> _closed = [];
    private readonly FairShare<string> _shares = new();
    private readonly Flood? _flood;
    private long _closedBytes;

    private AlertBook(Func<Finding?, DateTimeOffset> clock, TimeSpan? resolveAfter, EventFailures? failures, Flood? flood)
    {
        _clock = clock;
        _flood = flood;
        _resolveAfter = resolveAfter;
        Failures = failures ?? new EventFailures();
    }

    /// <summary>A book whose windows are counted in event time: for logs of the past. Nothing in it closes by itself, and an actor has as many alerts as they raised.</summary>
    /// <param name="failures">Hears of findings that it fails on, and of those that stages before it failed on. Default: nobody does.</param>
    public static AlertBook OnEventTime(EventFailures? failures = null) => new(finding => finding?.Time ?? DateTimeOffset.MinValue, null, failures, null);

    /// <summary>A book whose windows are counted in the time that passes: for a service.</summary>
    /// <param name="time">The time.</param>
    /// <param name="resolveAfter">How long an alert must be quiet to be over. Default: as long as its detection's dedup window.</param>
    /// <param name="failures">Hears of findings that it fails on, and of those that stages before it failed on. Default: nobody does.</param>
    public static AlertBook OnWallClock(TimeProvider time, TimeSpan? resolveAfter = null, EventFailures? failures = null) =>
        new(_ => Microseconds(time.GetUtcNow()), resolveAfter, failures, new Flood());

    /// <summary>What it, and the stages before it, have failed on and nobody has been told of yet.</summary>
    public EventFailures Failures { get; }

    /// <summary>What a database keeps of a time, so that what it is a time of is the same after a restart.</summary>
    internal static DateTimeOffset Microseconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));

    /// <summary>All alerts: those not closed as they opened, then those closed, the one closed longest ago first.</summary>
    public IEnumerable<Alert> All => _open.Concat(_closed);

    /// <summary>How many alerts are not closed.</summary>
    public int OpenCount => _open.Count;

    /// <summary>The alert of an id.</summary>
    public bool TryGet(string id, [MaybeNullWhen(false)] out Alert alert)
    {
        alert = _byId.GetValueOrDefault(id)?.Value;
        return alert is not null;
    }

    /// <summary>Takes findings in, in their order.</summary>
    /// <returns>What that did to alerts, in order.</returns>
    public IReadOnlyList<AlertChange> Apply(IReadOnlyList<Finding> findings)
    {
        var changes = new List<AlertChange>(findings.Count);
        Apply(findings, changes);
        Apply(_flood?.Drain() ?? [], changes);
        return changes;
    }

    /// <summary>Somebody takes an open alert on.</summary>
    /// <param name="id">The alert's id.</param>
    /// <param name="by">Who, as they call themselves.</param>
    /// <returns>The change; null if there is no such open alert.</returns>
    public AlertChange? Acknowledge(string id, string by) => _byId.GetValueOrDefault(id) is { Value.Status: AlertStatus.Open } open
        ? Change(AlertChangeKind.Acknowledged, open, open.Value with { Status = AlertStatus.Acknowledged, AcknowledgedBy = by, ChangedAt = _clock(null) })
        : null;

    /// <summary>Somebody has an alert from now on, whoever had it before.</summary>
    /// <param name="id">The alert's id.</param>
    /// <param name="to">Who has it.</param>
    /// <returns>The change; null if there is no such alert, or it is closed.</returns>
    public AlertChange? Assign(string id, string to) => _byId.GetValueOrDefault(id) is { Value.Status: not AlertStatus.Closed } node
        ? Change(AlertChangeKind.Acknowledged, node, node.Value with { Status = AlertStatus.Acknowledged, AcknowledgedBy = to, ChangedAt = _clock(null) })
        : null;

    /// <summary>Somebody closes an alert.</summary>
    /// <param name="id">The alert's id.</param>
    /// <param name="by">Who, as they call themselves.</param>
    /// <param name="reason">Why, in a few words.</param>
    /// <returns>The change; null if there is no such alert, or it is closed already.</returns>
    public AlertChange? Close(string id, string by, string reason = Dealt) => _byId.GetValueOrDefault(id) is { } node && node.Value.Status != AlertStatus.Closed ? Close(node, reason, by) : null;

    /// <summary>Closes the alert that a finding would join: what it says is no longer so.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="reason">Why, in a few words.</param>
    /// <param name="by">Who has it closed; null if nobody does.</param>
    /// <returns>The change; null if there is no such alert.</returns>
    public AlertChange? CloseLike(Finding finding, string reason = Over, string? by = null) =>
        _latest.GetValueOrDefault(Fingerprint.Of(finding)) is { Value.Status: not AlertStatus.Closed } open ? Close(open, reason, by) : null;

    /// <summary>Closes the alerts that have been quiet for long enough.</summary>
    public IReadOnlyList<AlertChange> CloseQuiet()
    {
        var now = _clock(null);
        var quiet = new List<LinkedListNode<Alert>>();
        for (var node = _open.First; node is not null; node = node.Next)
        {
            if (now >= QuietAt(node.Value))
            {
                quiet.Add(node);
            }
        }

        return [.. quiet.Select(node => Close(node, Quiet))];
    }

    /// <summary>When an alert closes by itself unless something happens; thread-safe.</summary>
    public DateTimeOffset QuietAt(Alert alert) => alert.ChangedAt + (_resolveAfter ?? alert.Detection.DedupWindow);

    /// <summary>Puts an alert back as it was before a restart: in the order they were opened.</summary>
    public void Restore(Alert alert) => Keep(AlertSize.Fit(alert), new List<AlertChange>());

    private void Apply(IReadOnlyList<Finding> findings, List<AlertChange> changes)
    {
        foreach (var finding in findings)
        {
            try
            {
                Apply(finding, changes);
            }
            catch (Exception problem)
            {
                finding.HasFailed = true;
                Failures.Add("alert", finding, problem);
            }
        }
    }

    private void Apply(Finding finding, List<AlertChange> changes)
    {
        var fingerprint = Fingerprint.Of(finding);
        var now = _clock(finding);
        var latest = _latest.GetValueOrDefault(fingerprint);
        if (latest is { Value.Status: not AlertStatus.Closed })
        {
            if ((now - latest.Value.OpenedAt).Duration() < finding.Detection.DedupWindow)
            {
                var kind = finding.Level > latest.Value.Level ? AlertChangeKind.Risen : AlertChangeKind.Repeated;
                changes.Add(Change(kind, latest, AlertFindings.Join(latest.Value, finding, now)));
                return;
            }

            changes.Add(Close(latest, Superseded));
        }

        var id = Fingerprint.IdOf(fingerprint, finding);
        if (_byId.TryGetValue(id, out var known))
        {
            // The very finding that opened an alert which is over: its events have been read again.
            changes.Add(new AlertChange(AlertChangeKind.Repeated, known.Value));
            return;
        }

        var alert = AlertFindings.Open(id, fingerprint, finding, now);
        var claim = Claim.Of(alert);
        if (IsCrowd(claim, alert, finding))
        {
            _flood!.CountOfCrowd(finding);
            return;
        }

        if (IsFlood(claim, finding, changes))
        {
            _flood!.Count(finding);
            return;
        }

        changes.Add(new AlertChange(AlertChangeKind.Opened, alert));
        Keep(alert, changes);
    }

    // However many they are, those who are denied do not take the room of others, nor make each time the work of an alert.
    private bool IsCrowd(Claim claim, Alert alert, Finding finding) =>
        _flood is not null && finding.Detection != Flood.Rule && claim.IsDenied && alert.Requests.Count > 0
        && (_shares.DeniedOf(claim.Cluster) >= Flood.CrowdShare || (!HasRoom(claim.Bytes) && _shares.CountOf(claim.Cluster, claim.Actor) < Flood.ShareWithoutRoom && WouldReplaceItsLike(alert.Id, claim)));

    // To open one in place of another that matters as much, or that is the first to go itself, for each that comes, would cost others the time that theirs take.
    private bool WouldReplaceItsLike(string id, Claim news)
    {
        if (_shares.TryGetExpendable(out var least) && (_byId[least].Value.Cluster != news.Cluster || Claim.Of(_byId[least].Value).IsDenied))
        {
            return IsLike(least);
        }

        _shares.Put(id, news);
        var isLike = !_shares.TryGetExpendable(out var first) || first == id || IsLike(first);
        _shares.Remove(id);
        return isLike;

        bool IsLike(string other) => Claim.Of(_byId[other].Value) is { IsDenied: true } claim && claim.Cluster == news.Cluster && claim.Worth >= news.Worth && _shares.CountOf(claim.Cluster, claim.Actor) <= Flood.ShareWithoutRoom;
    }

    // Of an actor who has their share already, an alert is opened in place of one that matters less, or not at all.
    private bool IsFlood(Claim claim, Finding finding, List<AlertChange> changes)
    {
        if (_flood is null || finding.Detection == Flood.Rule || _shares.CountOf(claim.Cluster, claim.Actor) < (claim.IsDenied && !HasRoom(claim.Bytes) ? Flood.ShareWithoutRoom : Flood.Share))
        {
            return false;
        }

        if (!_shares.TryGetLesser(claim, out var lesser))
        {
            return true;
        }

        changes.Add(Close(_byId[lesser], Flooded));
        return false;
    }

    private bool HasRoom(int bytes) => _open.Count < Capacity && _shares.Bytes + bytes <= MaxBytes;

    private AlertChange Close(LinkedListNode<Alert> node, string reason, string? by = null)
    {
        var alert = node.Value with { Status = AlertStatus.Closed, ClosedBy = by, CloseReason = reason, ChangedAt = _clock(null) is var now && now > node.Value.ChangedAt ? now : node.Value.ChangedAt };
        _open.Remove(node);
        _shares.Remove(alert.Id);
        _closed.AddLast(node);
        _closedBytes += AlertSize.Of(alert);
        return Change(AlertChangeKind.Closed, node, alert);
    }

    private AlertChange Change(AlertChangeKind kind, LinkedListNode<Alert> node, Alert alert)
    {
        var isClaimed = AlertSize.IsOf(alert, node.Value) && alert.Level == node.Value.Level;
        node.Value = alert;
        if (alert.Status != AlertStatus.Closed && !isClaimed)
        {
            _shares.Put(alert.Id, ClaimOf(alert));
        }

        return new AlertChange(kind, alert);
    }

    // What tells of all that has no alert of its own goes last.
    private static Claim ClaimOf(Alert alert) => alert.Detection.Name == Flood.Rule.Name ? Claim.Of(alert) with { Worth = int.MaxValue } : Claim.Of(alert);

    private void Keep(Alert alert, List<AlertChange> changes)
    {
        _byId[alert.Id] = _latest[alert.Fingerprint] = (alert.Status == AlertStatus.Closed ? _closed : _open).AddLast(alert);
        if (alert.Status != AlertStatus.Closed)
        {
            _shares.Put(alert.Id, ClaimOf(alert));
        }
        else
        {
            _closedBytes += AlertSize.Of(alert);
        }

        while (_open.Count > Capacity || (_shares.Bytes > MaxBytes && _open.Count > 1))
        {
            changes.Add(Close(_shares.TryGetExpendable(out var id) ? _byId[id] : _open.First!, Crowded));
        }

        while (_closed.Count > RecentlyClosed || _closedBytes > MaxBytes)
        {
            var oldest = _closed.First!;
            _closed.RemoveFirst();
            _closedBytes -= AlertSize.Of(oldest.Value);
            _byId.Remove(oldest.Value.Id);
            if (_latest.GetValueOrDefault(oldest.Value.Fingerprint) == oldest)
            {
                _latest.Remove(oldest.Value.Fingerprint);
            }

            changes.Add(new AlertChange(AlertChangeKind.Forgotten, oldest.Value));
        }
    }
}
