namespace AuditWatch.Sources.FileTail;

/// <summary>Which file to follow, and how.</summary>
/// <param name="Path">The file. It need not exist yet; it may be renamed and replaced, or cut short, at any time.</param>
public sealed record FileTailOptions(string Path)
{
    /// <summary>Whether to read what the file holds at the start, too. False by default. A file that comes later is always read from its start.</summary>
    public bool FromStart { get; init; }

    /// <summary>The cluster its events are about; empty where nobody said.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>How long it takes to notice a change that the operating system does not tell of. One second by default.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether to ask the operating system for notices of changes. False makes tests sure of what they see.</summary>
    internal bool Watch { get; init; } = true;
}
