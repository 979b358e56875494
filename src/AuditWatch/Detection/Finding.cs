using System.Diagnostics.CodeAnalysis;
using AuditWatch.Events;
using AuditWatch.Events.Changes;

namespace AuditWatch.Detection;

/// <summary>One match: a detection matched a request, or the condition of a correlation came to hold when a request arrived. Compared by reference.</summary>
/// <remarks>
/// Lifetime: a finding of an engine computes its members from the event when they are first read, and is valid only as long as the event's batch, unless it
/// is materialized: see <see cref="Materialize"/>. What a member has returned does not change.
/// Threads: one at a time until it is materialized, any number afterwards.
/// </remarks>
public sealed class Finding
{
    private readonly Level? _level;

    // Null once materialized, and for what no engine has found.
    private CompiledRule? _rule;
    private MatchedEvent? _match;

    /// <summary>Creates a finding whose members are given: a materialized one.</summary>
    public Finding()
    {
    }

    /// <summary>Creates the finding of a rule that matched an event.</summary>
    [SetsRequiredMembers]
    internal Finding(CompiledRule rule, MatchedEvent match)
    {
        var matched = match.Event;
        (_rule, _match) = (rule, match);
        Detection = rule.Rule;
        Id = rule.IdOf(matched);
        Time = matched.Time;
        HasTime = matched.HasTime;
        Cluster = matched.Origin.Cluster;
        Carried = rule.CarriedOf(matched);
        Values = rule.ValuesOf(matched);
        _level = rule.LevelOf(matched);
    }

    /// <summary>
    /// A hash of the detection and the request, by which a repeat of the finding is recognised. 0 for a finding of a correlation: its repeats are not recognised.
    /// </summary>
    public UInt128 Id { get; init; }

    /// <summary>The detection that matched.</summary>
    public required DetectionRule Detection { get; init; }

    /// <summary>The request that matched; for a correlation, the latest that counted.</summary>
    public required RequestSnapshot Request { get => field ??= _match!.Request; init; }

    /// <summary><see cref="Request"/> as an alert keeps it: with what it asks to change, if that is known still. Worked out when it is first read.</summary>
    internal RequestSnapshot KeptRequest => field ??= _match?.KeptRequest ?? Request;

    /// <summary>The event time of the match; for a correlation, the event time at which its condition came to hold.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>
    /// Whether the event time is known. It is not if the event is in a log of the past and has no time that can be read: <see cref="Time"/> is that of a
    /// neighbour in the log then, and windows of time leave the finding out. Default: true.
    /// </summary>
    public bool HasTime { get; init; } = true;

    /// <summary>The event time of the earliest request that it stands for; null if that is <see cref="Time"/>.</summary>
    public DateTimeOffset? FirstTime { get; init; }

    /// <summary>The value of the detection's actor field; empty if the event has none, as for a request without a user.</summary>
    public required string Actor { get => field ??= _rule!.ActorOf(_match!.Event); init; }

    /// <summary>The kind of the actor: human, serviceaccount, node, controlplane, anonymous or unauthenticated.</summary>
    public string ActorKind { get => field ??= _rule is null ? "" : CompiledRule.ActorKindOf(_match!.Event); init; }

    /// <summary>The severity. Default: the detection's level.</summary>
    public Level Level { get => _level ?? Detection.Level; init => _level = value; }

    /// <summary>The cluster that the event is about; empty if the source does not name one.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>The detection's summary with the event's values in place of its placeholders.</summary>
    public required string Summary { get => field ??= _rule!.SummaryOf(_match!.Event); init; }

    /// <summary>The names and values of the fields that the detection deduplicates by, in its order.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Dedup { get => field ??= _rule!.DedupOf(_match!.Event); init; }

    /// <summary>The names and values of the fields that later stages read: those of <c>firstSeen</c>, and those that correlations group by, count and show.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Carried { get; init; } = [];

    /// <summary>The values of the fields that composites compare, each for itself. Of a correlation, those of the latest finding.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Values { get; init; } = [];

    /// <summary>The values of the fields that the detection names under <c>updates</c>: of a repeat, people are told of those that are new.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Updates { get => field ??= _rule?.UpdatesOf(_match!.Event) ?? []; init; }

    /// <summary>The clauses that matched, as <c>field: value</c>.</summary>
    public required IReadOnlyList<string> Why { get => field ??= _rule!.WhyOf(_match!.Event); init; }

    /// <summary>How many findings this one stands for: 1; for a correlation, those that counted towards its condition.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Some of the requests that counted towards a correlation, the oldest that are still held, in order of time; if empty, only <see cref="Request"/>.</summary>
    public IReadOnlyList<RequestSnapshot> Requests { get; init; } = [];

    /// <summary>Whether no alert could be made of it: what it says of its event cannot be read, and it is told of as a failure.</summary>
    internal bool HasFailed { get; set; }

    /// <summary>Who made the request, whomever they act as; empty if the event does not say. Read without the rest of <see cref="Request"/>.</summary>
    internal string User => field ??= (_match is { HasRequest: false } match ? EventText.Of(match.Event[EventField.UserName]) : Request.User) ?? "";

    /// <summary>The event that matched; null once the finding is materialized.</summary>
    internal AuditEvent? Event => _match?.Event;

    /// <summary>Computes every member, so that the finding is valid after its batch, and returns it.</summary>
    public Finding Materialize()
    {
        _ = KeptRequest;
        return MaterializeCounted();
    }

    /// <summary>As <see cref="Materialize"/>, where it only counts: what its request asks to change is not worked out.</summary>
    internal Finding MaterializeCounted()
    {
        if (_rule is not null)
        {
            _ = (Request, Actor, ActorKind, Summary, Dedup, Why, Updates);
            (_rule, _match) = (null, null);
        }

        return this;
    }

    /// <summary>Returns a copy with other values for some members. The copy is materialized.</summary>
    internal Finding With(
        UInt128? id = null,
        DetectionRule? detection = null,
        RequestSnapshot? request = null,
        DateTimeOffset? time = null,
        DateTimeOffset? firstTime = null,
        string? actor = null,
        string? actorKind = null,
        Level? level = null,
        string? cluster = null,
        string? summary = null,
        int? count = null,
        IReadOnlyList<KeyValuePair<string, string>>? dedup = null,
        IReadOnlyList<KeyValuePair<string, string>>? carried = null,
        IReadOnlyList<string>? why = null,
        IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>>? updates = null,
        IReadOnlyList<RequestSnapshot>? requests = null) => new()
        {
            Id = id ?? Id,
            Detection = detection ?? Detection,
            Request = request ?? KeptRequest,
            Time = time ?? Time,
            HasTime = HasTime,
            Values = Values,
            Updates = updates ?? Updates,
            FirstTime = firstTime ?? FirstTime,
            Actor = actor ?? Actor,
            ActorKind = actorKind ?? ActorKind,
            Level = level ?? Level,
            Cluster = cluster ?? Cluster,
            Summary = summary ?? Summary,
            Dedup = dedup ?? Dedup,
            Carried = carried ?? Carried,
            Why = why ?? Why,
            Count = count ?? Count,
            Requests = requests ?? Requests,
        };
}

/// <summary>
/// An event that detections have matched, shared by its findings. The snapshot of its request is taken once, when it is first read: most findings only count
/// for a correlation or are repeats, and their requests are never read; what they change is of interest to whoever keeps one only. Valid as long as the event's batch. Not thread-safe.
/// </summary>
internal sealed class MatchedEvent(AuditEvent auditEvent)
{
    private RequestSnapshot? _request;

    public AuditEvent Event => auditEvent;

    public bool HasRequest => _request is not null;

    public RequestSnapshot Request => _request ??= RequestSnapshot.Of(auditEvent);

    public RequestSnapshot KeptRequest => field ??= ObjectChanges.Of(auditEvent) is { Count: > 0 } changes ? Request with { Changes = changes } : Request;
}
