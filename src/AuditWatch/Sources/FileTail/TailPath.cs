using AuditWatch.Events;

namespace AuditWatch.Sources.FileTail;

/// <summary>Finds the file to read next, of a log and the files that it was rotated to. Not thread-safe.</summary>
internal sealed class TailPath(FileTailOptions options, EventOrigin origin, TimeProvider time, TailLog log)
{
    private const string NoCopy = "Reading it again from its start. There is no copy: what was written to it after the last look is lost, if anything was.";

    private readonly UnreadFiles _unread = new();

    /// <summary>
    /// Where to begin without a checkpoint: only what the log holds at that moment is passed over. No file is given if there is none yet; it is then
    /// the first that comes after the position.
    /// </summary>
    public async Task<(TailedFile? File, TailPosition Position)> BeginAsync(CancellationToken cancellation)
    {
        var file = TailedFile.TryOpen(options.Path, origin, time);
        try
        {
            if (!options.FromStart)
            {
                file?.SkipToEnd();
            }

            var position = file?.Position(time.GetUtcNow()) is { Offset: > 0 } end ? end : await BeforeTheLogAsync(cancellation).ConfigureAwait(false);
            if (file is null)
            {
                log.Missing();
            }
            else
            {
                log.Following(options.Path, options.FromStart ? "from its start" : "from its end");
            }

            return (file, position);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>The file in which a position stands, open there; if it is gone, the oldest of those that come after it. No file is given if there is none yet.</summary>
    public async Task<(TailedFile? File, TailPosition Position)> ResumeAsync(TailPosition position, CancellationToken cancellation)
    {
        using var history = await LookAsync(cancellation).ConfigureAwait(false);
        if (position.IsAtEnd)
        {
            return (Oldest(history, position), position);
        }

        if (history.Find(position) is not { } found)
        {
            // Numbers are given anew: where the log was rotated meanwhile, one that is the same says nothing.
            if (!position.IsKnownToLack && history.Find(position.File)?.Path == options.Path && history.After(position).All(file => file.Path == options.Path))
            {
                log.Changed(NoCopy);
            }
            else
            {
                log.Lost(position);
            }

            position = TailPosition.AfterFilesOf(position.Latest);
            return (Oldest(history, position), position);
        }

        if (found.Identity == position.File && found.IsShorterThan(position.Offset))
        {
            log.Changed("Reading it again from its start.");
        }
        else
        {
            await found.StartAtAsync(position.Offset, cancellation).ConfigureAwait(false);
            log.Following(found.Path, $"from byte {position.Offset}, where the last checkpoint is");
        }

        return (Keep(history, found, history.After(found, position)), position);
    }

    /// <summary>The copy of a file that was cut short, open where that had been read to; null if there is none.</summary>
    public async Task<TailedFile?> CopyAsync(TailedFile changed, TailPosition position, CancellationToken cancellation)
    {
        using var history = await LookAsync(cancellation).ConfigureAwait(false);
        if (position.IsAtEnd || history.Find(position) is not { } copy || copy.Identity == changed.Identity)
        {
            return null;
        }

        await copy.StartAtAsync(position.Offset, cancellation).ConfigureAwait(false);
        log.Changed($"What it held is in {copy.Path}, which is read to its end first.");
        return Keep(history, copy, history.After(copy, position));
    }

    /// <summary>The same file from its start, after it was cut short without a copy. That is no loss, but for what was seen in it and not read.</summary>
    public async Task<(TailedFile? File, TailPosition Position)> AnewAsync(TailPosition position, CancellationToken cancellation)
    {
        log.Changed(NoCopy);
        if (position is { IsAtEnd: false, IsKnownToLack: true })
        {
            log.Lost(position);
        }

        using var history = await LookAsync(cancellation).ConfigureAwait(false);
        position = position.IsAtEnd ? position : TailPosition.AfterFilesOf(position.Latest);
        return (Oldest(history, position), position);
    }

    /// <summary>The file that comes after the one at hand, once something has been written to it: until then the writer may still be at the old one.</summary>
    public async Task<TailedFile?> NextAsync(TailedFile current, TailPosition position, CancellationToken cancellation)
    {
        if (_unread.TryOpenNext(current, origin, time) is { } next)
        {
            return next;
        }

        var identity = FileIdentity.OfPath(options.Path);
        if (identity == current.Identity)
        {
            return null;
        }

        using var history = await LookAsync(cancellation).ConfigureAwait(false);
        var after = history.Find(current.Identity) is { } here ? history.After(here, position) : history.After(position);
        var later = after.Where(HasText).ToList();
        if (later.Count > 0)
        {
            return Keep(history, later[0], later);
        }

        if (identity is null)
        {
            log.Gone();
        }

        return null;
    }

    private async Task<TailPosition> BeforeTheLogAsync(CancellationToken cancellation)
    {
        using var history = await LookAsync(cancellation).ConfigureAwait(false);
        return history.BeforeTheLog();
    }

    // What comes after a file that is done with.
    private TailedFile? Oldest(LogHistory history, TailPosition position)
    {
        var later = history.After(position).Where(HasText).ToList();
        if (later.Count == 0)
        {
            if (!File.Exists(options.Path))
            {
                log.Missing();
            }

            return null;
        }

        log.Following(later[0].Path, "from its start");
        return Keep(history, later[0], later);
    }

    private async Task<LogHistory> LookAsync(CancellationToken cancellation)
    {
        var history = await LogHistory.OpenAsync(options.Path, origin, time, cancellation).ConfigureAwait(false);
        foreach (var path in history.Unreadable)
        {
            log.Unreadable(path);
        }

        foreach (var file in _unread.GoneFrom(history))
        {
            log.Lost(file);
        }

        return history;
    }

    // Whether a log that was empty when it was opened has been copied and cut short since could not be told.
    private bool HasText(TailedFile file) => file.Length > 0 && (file.Path != options.Path || !file.WasEmpty);

    private TailedFile Keep(LogHistory history, TailedFile file, IEnumerable<TailedFile> later)
    {
        _unread.Expect(later.Where(other => other != file));
        return history.Keep(file);
    }
}
