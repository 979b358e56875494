using AuditWatch.Detection;

namespace AuditWatch.Incidents;

/// <summary>Alerts that tell one story. Immutable.</summary>
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
}
