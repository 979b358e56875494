using AuditWatch.Events;

namespace AuditWatch.Sources.FileTail;

/// <summary>
/// A snapshot of a log and of the files that it was rotated to, all of them open, under the names that they had at one moment: by the time of their first event, the
/// oldest first, the log itself last. Not thread-safe.
/// </summary>
internal sealed class LogHistory : IDisposable
{
    // Files may be renamed, compressed and deleted while their folder is being read.
    private const int MaxLooks = 20;

    // By how much events may be written in another order than that of their times.
    private static readonly TimeSpan Disorder = TimeSpan.FromSeconds(5);

    private readonly string _log;
    private readonly List<TailedFile> _files = [];
    private readonly List<string> _unreadable = [];
    private readonly List<string> _gone = [];
    private readonly Dictionary<TailedFile, DateTimeOffset?> _firstEvents = [];

    private LogHistory(string log) => _log = log;

    /// <summary>Files that the log has been rotated to and nobody may open.</summary>
    public IReadOnlyList<string> Unreadable => _unreadable;

    /// <summary>Looks what there is.</summary>
    /// <param name="log">The log.</param>
    /// <param name="origin">Where its events come from.</param>
    /// <param name="time">Tells when a batch arrived.</param>
    /// <param name="cancellation">Ends the looking.</param>
    /// <exception cref="IOException">A file cannot be opened, or the folder changes all the time.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the log may not be opened.</exception>
    public static async Task<LogHistory> OpenAsync(string log, EventOrigin origin, TimeProvider time, CancellationToken cancellation)
    {
        var history = new LogHistory(log);
        try
        {
            history.Open(origin, time);
            for (var looks = 1; ; looks++)
            {
                // What two looks agree on was so between them.
                var before = history.Names();
                history.Open(origin, time);
                if (before.SetEquals(history.Names()))
                {
                    await history.SortAsync(cancellation).ConfigureAwait(false);
                    return history;
                }

                if (looks == MaxLooks)
                {
                    throw new IOException("The files in its folder change faster than they can be opened.");
                }
            }
        }
        catch
        {
            history.Dispose();
            throw;
        }
    }

    /// <summary>The file in which a position stands: the one that was read, whatever it is called now, else a copy of it, compressed or not; null if there is neither.</summary>
    public TailedFile? Find(TailPosition position) =>
        _files.Find(file => file.Identity == position.File && file.Begins(position.Head)) ?? _files.FindLast(file => file.Begins(position.Head));

    /// <summary>The file that is known to be still the same, because somebody has it open; null if it is not there any more.</summary>
    public TailedFile? Find(FileIdentity identity) => _files.Find(file => file.Identity == identity);

    /// <summary>What comes after a file of these.</summary>
    /// <param name="file">The file.</param>
    /// <param name="position">A position in it: another copy of it is none that comes after it.</param>
    public IEnumerable<TailedFile> After(TailedFile file, TailPosition position) =>
        _files.Skip(_files.IndexOf(file) + 1).Where(next => !position.Head.IsSure || !next.Begins(position.Head));

    /// <summary>What comes after the file of a position; if that is not there, the log and what was begun later, as far as the first events tell.</summary>
    public IEnumerable<TailedFile> After(TailPosition position) => Find(position) is { } file
        ? After(file, position)
        : _files.Where(other => other.Path == _log || !(_firstEvents[other] < position.Latest - Disorder));

    /// <summary>The position from which the log is read from its start, whatever becomes of it: after all the files it has been rotated to.</summary>
    public TailPosition BeforeTheLog() => _files.FindLast(file => file.Path != _log && file.Length > 0) is { } last
        ? new TailPosition(last.Identity, last.Head, TailPosition.End, last.Length, _firstEvents[last])
        : TailPosition.AtTheBeginning;

    /// <summary>Leaves a file open, and closes the others.</summary>
    public TailedFile Keep(TailedFile file)
    {
        _files.Remove(file);
        Dispose();
        return file;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _files.ForEach(file => file.Dispose());
        _files.Clear();
    }

    private void Open(EventOrigin origin, TimeProvider time)
    {
        Dispose();
        _unreadable.Clear();
        _gone.Clear();

        // The log first: if it has been copied and cut short by then, the copy is all there when the others are listed and opened.
        Open(_log, origin, time);
        foreach (var path in LogFolder.RotatedFrom(_log))
        {
            Open(path, origin, time);
        }
    }

    private void Open(string path, EventOrigin origin, TimeProvider time)
    {
        try
        {
            if (TailedFile.TryOpen(path, origin, time) is { } file)
            {
                _files.Add(file);
            }
            else
            {
                _gone.Add(path);
            }
        }
        catch (UnauthorizedAccessException) when (path != _log)
        {
            _unreadable.Add(path);
        }
    }

    // With those that were gone before they could be opened: they may be there by another name.
    private HashSet<(string, FileIdentity?)> Names() =>
        [.. _files.Select(file => (file.Path, (FileIdentity?)file.Identity)), .. _gone.Select(path => (path, (FileIdentity?)null))];

    private async Task SortAsync(CancellationToken cancellation)
    {
        foreach (var file in _files)
        {
            _firstEvents[file] = await file.FirstEventAsync(cancellation).ConfigureAwait(false);
        }

        var sorted = _files
            .OrderBy(file => file.Path == _log)
            .ThenBy(file => _firstEvents[file] ?? file.LastWritten)
            .ThenBy(file => file.Path, StringComparer.Ordinal)
            .ToList();
        _files.Clear();
        _files.AddRange(sorted);
    }
}
