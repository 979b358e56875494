namespace AuditWatch.State.Journaling;

/// <summary>Where a journal lies, and its bounds.</summary>
public sealed record JournalOptions
{
    /// <summary>The least that <see cref="MaxBytes"/> may be.</summary>
    public const long LeastMaxBytes = 64 << 20;

    /// <summary>The directory, for the journal alone; created if it does not exist, for its owner only.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// The most bytes that its files may take. Live records can take a little less than half of that, for they are copied when dead ones are removed.
    /// </summary>
    public long MaxBytes { get; init; } = 1 << 30;

    /// <summary>The most bytes that wait to be written before callers are held up.</summary>
    internal long MaxQueuedBytes { get; init; } = 64 << 20;

    /// <summary>The fewest dead bytes worth a compaction.</summary>
    internal long LeastDeadBytes { get; init; } = 16 << 20;

    /// <summary>How much a compaction copies before waiting commits have their turn, in bytes.</summary>
    internal int SliceBytes { get; init; } = 4 << 20;
}
