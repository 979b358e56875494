using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace AuditWatch.Detection;

/// <summary>
/// A detection matched one request, or a correlation's threshold stood reached when one arrived. What an engine has found is told of from its event, when
/// it is asked for: whoever keeps a finding for longer than the event's batch keeps <see cref="Settled"/>. What it tells does not change. A finding equals only
/// itself. Not thread-safe before it is settled.
/// </summary>
public sealed record Finding
{
    private readonly Level? _level;

    // Null once everything is told, and for what no engine has found.
    private CompiledRule? _rule;
    private MatchedEvent? _match;

    /// <summary>A finding whose members are given.</summary>
    public Finding()
    {
    }

    /// <summary>A match of a rule.</summary>
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
        _level = rule.LevelOf(matched);
    }

    /// <summary>
    /// Tells the finding from every other and is the same if the same request is found again: a hash of detection and request. 0 for a
    /// correlation's, and where nobody has given one: repeats of it cannot be told then.
    /// </summary>
    public UInt128 Id { get; init; }

    /// <summary>The detection that matched.</summary>
    public required DetectionRule Detection { get; init; }

    /// <summary>The request it matched; of a correlation, the latest one.</summary>
    public required RequestSnapshot Request { get => field ??= _match!.Request; init; }

    /// <summary>When it happened, in event time; of a correlation, when its threshold stood reached.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>
    /// Whether it is known when it happened. It is not in a log of the past whose event has no time that can be read: <see cref="Time"/> is near it in the log then,
    /// and windows of time leave it out. Default: true.
    /// </summary>
    public bool HasTime { get; init; } = true;

    /// <summary>When the earliest of what it stands for happened; null if that is <see cref="Time"/>.</summary>
    public DateTimeOffset? FirstTime { get; init; }

    /// <summary>Who acted, by the detection's actor field; empty for a request without a user.</summary>
    public required string Actor { get => field ??= _rule!.ActorOf(_match!.Event); init; }

    /// <summary>human, serviceaccount, node, controlplane, anonymous or unauthenticated.</summary>
    public string ActorKind { get => field ??= _rule is null ? "" : CompiledRule.ActorKindOf(_match!.Event); init; }

    /// <summary>How much it matters. Default: the detection's level.</summary>
    public Level Level { get => _level ?? Detection.Level; init => _level = value; }

    /// <summary>The cluster it happened in; empty where nobody said.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>The detection's sentence with the event's values in it.</summary>
    public required string Summary { get => field ??= _rule!.SummaryOf(_match!.Event); init; }

    /// <summary>The values of the fields to deduplicate by, in the detection's order.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Dedup { get => field ??= _rule!.DedupOf(_match!.Event); init; }

    /// <summary>The values of the fields that later stages need: those that first seen goes by, and that correlations group by and count.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Carried { get; init; } = [];

    /// <summary>The clauses that matched, as <c>field: value</c>.</summary>
    public required IReadOnlyList<string> Why { get => field ??= _rule!.WhyOf(_match!.Event); init; }

    /// <summary>How many findings this stands for: 1, or for the finding that reached a correlation's threshold all that counted towards it.</summary>
    public int Count { get; init; } = 1;

    /// <summary>A sample of the requests that counted towards it, the oldest that are still known, in order; if empty, only <see cref="Request"/>.</summary>
    public IReadOnlyList<RequestSnapshot> Requests { get; init; } = [];

    /// <summary>The finding, with everything told that can be: it is valid after the batch. Copies made of it before are not.</summary>
    public Finding Settled()
    {
        if (_rule is not null)
        {
            _ = (Request, Actor, ActorKind, Summary, Dedup, Why);
            (_rule, _match) = (null, null);
        }

        return this;
    }

    /// <inheritdoc/>
    public bool Equals(Finding? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}
