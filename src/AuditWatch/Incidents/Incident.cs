using AuditWatch.Alerts;
using AuditWatch.Detection;

namespace AuditWatch.Incidents;

/// <summary>Alerts that tell one story, and how far people have dealt with it. Immutable.</summary>
public sealed record Incident
{
    /// <summary>The most alerts that <see cref="Alerts"/> names.</summary>
    public const int MaxAlerts = 1_000;

    /// <summary>The most names in <see cref="Actors"/>, <see cref="Shared"/> and <see cref="Hubs"/>.</summary>
    public const int MaxNames = 20;

    /// <summary>The incident's id, 16 hexadecimal digits; as long as its earliest alert belongs to it, the same.</summary>
    public required string Id { get; init; }

    /// <summary>What happened and by whom, in a line.</summary>
    public required string Title { get; init; }

    /// <summary>How much it matters: the highest level of its alerts.</summary>
    public required Level Level { get; init; }

    /// <summary>Where it is in its life.</summary>
    public AlertStatus Status { get; init; }

    /// <summary>Who has it: whoever acknowledged it, or was assigned it last, as they call themselves; null if nobody has.</summary>
    public string? Assignee { get; init; }

    /// <summary>Who closed it, as they called themselves; null if it is not closed, or was because all its alerts are.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>What it was; null if nobody has closed it.</summary>
    public CloseReason? CloseReason { get; init; }

    /// <summary>What there is to say of its end; null for nothing.</summary>
    public string? CloseNote { get; init; }

    /// <summary>The incident that it has become part of; null if it has not.</summary>
    public string? MergedInto { get; init; }

    /// <summary>Whether people have split it off: no alert joins or leaves it by itself.</summary>
    public bool IsSetApart { get; init; }

    /// <summary>When its first alert was opened, in the time that passes; of a log of the past, the event time.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>When anything of it changed last, by the same clock.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>How many things have happened to it: what its history holds.</summary>
    public int Events { get; init; }

    /// <summary>The cluster; empty where nobody said.</summary>
    public required string Cluster { get; init; }

    /// <summary>The event time of its earliest finding.</summary>
    public DateTimeOffset FirstSeen { get; init; }

    /// <summary>The event time of its latest finding.</summary>
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>The tactics of MITRE ATT&amp;CK that it went through, in the order in which it came to them, such as <c>credential-access</c>.</summary>
    public IReadOnlyList<string> Tactics { get; init; } = [];

    /// <summary>Who acted, in the order of time.</summary>
    public IReadOnlyList<string> Actors { get; init; } = [];

    /// <summary>What its alerts share, as <c>kind:name</c>, what most of them share first.</summary>
    public IReadOnlyList<string> Shared { get; init; } = [];

    /// <summary>What its alerts have in common with so many others that it says nothing, as <c>kind:name</c>.</summary>
    public IReadOnlyList<string> Hubs { get; init; } = [];

    /// <summary>The ids of its alerts, in the order of time.</summary>
    public required IReadOnlyList<string> Alerts { get; init; }

    /// <summary>How many alerts it has.</summary>
    public int AlertCount { get; init; }

    /// <summary>How many of them are not closed.</summary>
    public int OpenAlerts { get; init; }

    /// <summary>Whether it is the other one, but for the time of the change.</summary>
    internal bool IsSame(Incident other) =>
        this with { Tactics = other.Tactics, Actors = other.Actors, Shared = other.Shared, Hubs = other.Hubs, Alerts = other.Alerts, ChangedAt = other.ChangedAt } == other
        && Tactics.SequenceEqual(other.Tactics) && Actors.SequenceEqual(other.Actors) && Shared.SequenceEqual(other.Shared) && Hubs.SequenceEqual(other.Hubs) && Alerts.SequenceEqual(other.Alerts);
}
