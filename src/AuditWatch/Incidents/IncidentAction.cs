namespace AuditWatch.Incidents;

/// <summary>Something that a person does with an incident. Immutable.</summary>
/// <param name="By">Who, as they call themselves.</param>
public abstract record IncidentAction(string By)
{
    /// <summary>Takes an open incident on, with its open alerts.</summary>
    public sealed record Acknowledge(string By) : IncidentAction(By);

    /// <summary>Gives one that is not closed to somebody.</summary>
    /// <param name="By">Who, as they call themselves.</param>
    /// <param name="To">To whom.</param>
    public sealed record Assign(string By, string To) : IncidentAction(By);

    /// <summary>Adds something to what is known of it.</summary>
    /// <param name="By">Who, as they call themselves.</param>
    /// <param name="Text">What.</param>
    public sealed record Note(string By, string Text) : IncidentAction(By);

    /// <summary>Closes it, with its alerts: no other alert joins it any more.</summary>
    /// <param name="By">Who, as they call themselves.</param>
    /// <param name="Reason">What it was.</param>
    /// <param name="Text">What else there is to say; null for nothing.</param>
    public sealed record Close(string By, CloseReason Reason, string? Text = null) : IncidentAction(By);

    /// <summary>Opens one that is closed again; its alerts stay closed.</summary>
    public sealed record Reopen(string By) : IncidentAction(By);

    /// <summary>Makes an incident of some of its alerts, which no alert joins or leaves by itself.</summary>
    /// <param name="By">Who, as they call themselves.</param>
    /// <param name="Alerts">The ids of the alerts.</param>
    public sealed record Split(string By, IReadOnlyList<string> Alerts) : IncidentAction(By);

    /// <summary>Makes one incident of it and others of its cluster. It keeps the id of the one whose alerts began first, or of the one that was split off.</summary>
    /// <param name="By">Who, as they call themselves.</param>
    /// <param name="With">The ids of the others.</param>
    public sealed record Merge(string By, IReadOnlyList<string> With) : IncidentAction(By);
}

/// <summary>What an incident was.</summary>
public enum CloseReason
{
    /// <summary>An attack, or what somebody must not do.</summary>
    TruePositive,

    /// <summary>It happened, and may happen.</summary>
    Benign,

    /// <summary>It is not what the detection says.</summary>
    FalsePositive,

    /// <summary>Another incident tells the same.</summary>
    Duplicate,

    /// <summary>Something else, as the note says.</summary>
    Other,
}

/// <summary>The words for reasons, as people write them and the state keeps them.</summary>
internal static class CloseReasons
{
    /// <summary>All words.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetValues<CloseReason>().Select(Word)];

    /// <summary>The word of a reason: <c>false-positive</c>.</summary>
    public static string Word(this CloseReason reason) => reason switch
    {
        CloseReason.TruePositive => "true-positive",
        CloseReason.Benign => "benign",
        CloseReason.FalsePositive => "false-positive",
        CloseReason.Duplicate => "duplicate",
        _ => "other",
    };

    /// <summary>The reason of a word; null if there is no such reason.</summary>
    public static CloseReason? Parse(string word) => Enum.GetValues<CloseReason>().Cast<CloseReason?>().FirstOrDefault(reason => reason!.Value.Word() == word);
}
