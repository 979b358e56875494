namespace AuditWatch.Sources.FileTail;

/// <summary>The file that a <see cref="FileTailSource"/> follows, and how. Immutable.</summary>
/// <param name="Path">The file. It need not exist yet; it may be renamed and replaced, or cut short, at any time.</param>
public sealed record FileTailOptions(string Path)
{
    /// <summary>
    /// Whether to read what the log holds when it is followed for the first time, without the files it has been rotated to before. False by default.
    /// Where there is a checkpoint, reading goes on there; a log that comes later is always read from its start.
    /// </summary>
    public bool FromStart { get; init; }

    /// <summary>The name of the cluster that its events are about; empty if it is not known. Default: empty.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>How often to look for changes that the operating system does not report. Default: one second.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether to ask the operating system to report changes. Tests set it to false, so that only the clock decides.</summary>
    internal bool Watch { get; init; } = true;
}
