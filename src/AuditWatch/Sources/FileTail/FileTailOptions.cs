namespace AuditWatch.Sources.FileTail;

/// <summary>Which file to follow, and how.</summary>
/// <param name="Path">The file. It need not exist yet; it may be renamed and replaced, or cut short, at any time.</param>
public sealed record FileTailOptions(string Path)
{
    /// <summary>
    /// Whether to read what the log holds when it is followed for the first time, without the files it has been rotated to before. False by default.
    /// Where there is a checkpoint, reading goes on there; a log that comes later is always read from its start.
    /// </summary>
    public bool FromStart { get; init; }

    /// <summary>The cluster its events are about; empty where nobody said.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>How long it takes to notice a change that the operating system does not tell of. One second by default.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether to ask the operating system for notices of changes. False makes tests sure of what they see.</summary>
    internal bool Watch { get; init; } = true;
}
