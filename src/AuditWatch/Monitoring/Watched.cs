namespace AuditWatch.Monitoring;

/// <summary>What is known of one source and cluster. Not thread-safe.</summary>
internal sealed class Watched
{
    /// <summary>How long a source that begins with events of the past has to catch up.</summary>
    public static readonly TimeSpan CatchingUp = TimeSpan.FromMinutes(10);

    /// <summary>Whether the configuration names it, so that it has to speak.</summary>
    public bool IsConfigured { get; set; }

    /// <summary>When its first events arrived; null if that is not known.</summary>
    public DateTimeOffset? FirstSpokeAt { get; set; }

    /// <summary>When its last events arrived; null until it has spoken for the first time.</summary>
    public DateTimeOffset? SpokeAt { get; set; }

    /// <summary>Since when it has been silent, if it is: what counts as silence is the time since then.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>How late the events of its latest batch were; null before there is one.</summary>
    public TimeSpan? Lag { get; set; }

    /// <summary>How many pieces of its input were no events.</summary>
    public long Rejected { get; set; }

    /// <summary>Whether that it is silent has been found.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Whether that it is late has been found.</summary>
    public bool IsLate { get; set; }

    private bool HasBeenOnTime { get; set; }

    private DateTimeOffset? LateSince { get; set; }

    /// <summary>Whether it is news that events come late: those of a source that begins with events of the past are being caught up with, and that is news only if it goes on.</summary>
    /// <param name="now">The time.</param>
    /// <param name="comesLate">Whether they do.</param>
    public bool IsLateAt(DateTimeOffset now, bool comesLate)
    {
        HasBeenOnTime |= !comesLate;
        LateSince = comesLate ? LateSince ?? now : null;
        return comesLate && (HasBeenOnTime || now - LateSince >= CatchingUp);
    }
}
