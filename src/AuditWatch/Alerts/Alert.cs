using AuditWatch.Detection;

namespace AuditWatch.Alerts;

/// <summary>Findings of one fingerprint, as a person on call sees them: one thing that happened, however often. Immutable: a repeat makes a new one.</summary>
public sealed record Alert
{
    /// <summary>The alert's id: the same whenever the same events are read again.</summary>
    public required string Id { get; init; }

    /// <summary>What its findings have in common: a hash of the detection and its dedup values.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The detection that raised it, as it was then.</summary>
    public required AlertDetection Detection { get; init; }

    /// <summary>How much it matters: the highest level of its findings.</summary>
    public required Level Level { get; init; }

    /// <summary>Where it is in its life.</summary>
    public AlertStatus Status { get; init; } = AlertStatus.Open;

    /// <summary>Who acknowledged it, as they called themselves; null if nobody has.</summary>
    public string? AcknowledgedBy { get; init; }

    /// <summary>Who closed it, as they called themselves; null if it is not closed, or was because nothing more happened.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>Why it is closed, in a few words; null if it is not closed.</summary>
    public string? CloseReason { get; init; }

    /// <summary>When it was opened, in the time that passes; of a log of the past, the event time.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>When its latest finding arrived, or its status changed last, by the same clock.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>One sentence on what happened.</summary>
    public required string Summary { get; init; }

    /// <summary>Who acted.</summary>
    public required string Actor { get; init; }

    /// <summary>human, serviceaccount, node, controlplane, anonymous or unauthenticated; of a correlation, that of its latest request.</summary>
    public string ActorKind { get; init; } = "";

    /// <summary>The cluster; empty where nobody said.</summary>
    public required string Cluster { get; init; }

    /// <summary>How many findings it stands for.</summary>
    public required int Count { get; init; }

    /// <summary>The event time of its earliest finding.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>The event time of its latest finding.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>The values its findings share, by field.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Dedup { get; init; }

    /// <summary>The clauses that matched in its first finding.</summary>
    public required IReadOnlyList<string> Why { get; init; }

    /// <summary>The values that its findings have in the fields which its detection names under <c>updates</c>, in the order they were met.</summary>
    public IReadOnlyList<AlertUpdate> Updates { get; init => field = value ?? []; } = []; // An earlier version kept none.

    /// <summary>In the order they were found, the first requests, the latest, and between them those with a command, object, address or outcome that no other has: at most <see cref="AlertBook.SampleSize"/>.</summary>
    public required IReadOnlyList<RequestSnapshot> Requests { get; init; }

    /// <summary>The objects that these requests name (<see cref="ObjectReference.Path"/>), each once, in their order.</summary>
    public IReadOnlyList<string> Objects => [.. Requests.Select(request => request.ObjectRef?.Path).OfType<string>().Distinct(StringComparer.Ordinal)];
}
