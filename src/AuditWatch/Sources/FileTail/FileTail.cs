using AuditWatch.Events;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.FileTail;

/// <summary>One subscriber's following of a log through the files it is rotated to: how far it has come.</summary>
internal sealed class FileTail(
    FileTailOptions options, Func<string, ReadOnlyMemory<byte>?> lastCheckpoint, TimeProvider time, ILogger logger, IObserver<EventBatch> observer) : IDisposable
{
    private readonly EventOrigin _origin = new(options.Path, options.Cluster);
    private readonly TailLog _log = new(options.Path, logger);
    private readonly UnreadFiles _unread = new();
    private readonly string _key = TailPosition.KeyOf(options.Path);

    // How far the log has been read; null until it is known where to begin.
    private TailPosition? _position;
    private TailedFile? _file;

    /// <summary>Follows the log until it is cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        using var changes = new FileChanges(options.Path, options.PollInterval, time, options.Watch);
        while (true)
        {
            try
            {
                while (await StepAsync(cancellation).ConfigureAwait(false))
                {
                }
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                _log.Failed(problem);
            }

            await changes.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    // Returns whether there may be more to read at once.
    private async Task<bool> StepAsync(CancellationToken cancellation)
    {
        if (_file is null)
        {
            _position ??= Checkpointed();
            _file = _position is null ? OpenFirst() : await ResumeAsync(_position, cancellation).ConfigureAwait(false);
            return _file is not null;
        }

        await PushAsync(_file, cancellation).ConfigureAwait(false);
        var old = _file;
        if (old.HasChanged)
        {
            _file = await OpenAfterChangeAsync(old, cancellation).ConfigureAwait(false);
            old.Dispose();
            return _file is not null;
        }

        if (await OpenNextAsync(old, cancellation).ConfigureAwait(false) is not { } next)
        {
            return false;
        }

        try
        {
            // Whoever writes to the new file has done with the old one: this is its end.
            await PushAsync(old, cancellation).ConfigureAwait(false);
            Finish(old);
        }
        finally
        {
            _file = next;
            old.Dispose();
        }

        _log.Replaced(old.Path, next.Path);
        return true;
    }

    private TailPosition? Checkpointed()
    {
        if (lastCheckpoint(_key) is not { } checkpoint)
        {
            return null;
        }

        if (TailPosition.Parse(checkpoint.Span) is { } position)
        {
            return position;
        }

        _log.BadCheckpoint();
        return TailPosition.Before(null);
    }

    // Only what is there when the log is followed for the first time is passed over. Where that ends is remembered even if nothing comes of it.
    private TailedFile? OpenFirst()
    {
        var file = TailedFile.TryOpen(options.Path, _origin, time);
        if (file is null)
        {
            _log.Missing();
            _position = TailPosition.Before(time.GetUtcNow());
        }
        else
        {
            if (!options.FromStart)
            {
                file.SkipToEnd();
            }

            _log.Following(options.Path, options.FromStart ? "from its start" : "from its end");
            _position = file.Position(time.GetUtcNow());
        }

        observer.OnNext(new EventBatch(_origin, time.GetUtcNow(), capacity: 0) { Checkpoint = new Checkpoint(_key, _position.ToJson()) });
        return file;
    }

    private async Task<TailedFile?> ResumeAsync(TailPosition position, CancellationToken cancellation)
    {
        using var history = await LookAsync(cancellation).ConfigureAwait(false);
        if (history.Find(position) is { } found)
        {
            await found.StartAtAsync(position.Offset, cancellation).ConfigureAwait(false);
            _log.Following(found.Path, $"from byte {position.Offset}, where the last checkpoint is");
            return Keep(history, found, history.After(found, position));
        }

        if (!position.IsOutside)
        {
            _log.Lost(position);
            _position = TailPosition.Before(position.Latest);
        }

        return OpenOldest(history, position);
    }

    // Somebody has cut the file short, perhaps after he had copied it: then what has not been read of it is in the copy.
    private async Task<TailedFile?> OpenAfterChangeAsync(TailedFile changed, CancellationToken cancellation)
    {
        using var history = await LookAsync(cancellation).ConfigureAwait(false);
        if (history.Find(_position!) is { } found)
        {
            await found.StartAtAsync(_position!.Offset, cancellation).ConfigureAwait(false);
            _log.Changed($"What it held is in {found.Path}, which is read to its end first.");
            return Keep(history, found, history.After(found, _position));
        }

        Finish(changed);
        _log.Changed("Reading it again from its start. What was written to it after the last look is lost, if anything was: there is no copy.");
        _position = TailPosition.Before(_position!.Latest);
        return OpenOldest(history, _position);
    }

    private TailedFile? OpenOldest(LogHistory history, TailPosition position)
    {
        var later = history.After(position).Where(file => file.Length > 0).ToList();
        if (later.Count == 0)
        {
            if (!File.Exists(options.Path))
            {
                _log.Missing();
            }

            return null;
        }

        _log.Following(later[0].Path, "from its start");
        return Keep(history, later[0], later);
    }

    // The file that comes after the one at hand, once something has been written to it: until then the writer may still be at the old one.
    private async Task<TailedFile?> OpenNextAsync(TailedFile current, CancellationToken cancellation)
    {
        var log = FileIdentity.OfPath(options.Path);
        if (log == current.Identity)
        {
            return null;
        }

        using var history = await LookAsync(cancellation).ConfigureAwait(false);
        var after = (history.Find(current.Identity) ?? history.Find(_position!)) is { } here ? history.After(here, _position!) : history.After(_position!);
        var later = after.Where(file => file.Length > 0).ToList();
        if (later.Count > 0)
        {
            return Keep(history, later[0], later);
        }

        if (log is null)
        {
            _log.Gone();
        }

        return null;
    }

    private async Task<LogHistory> LookAsync(CancellationToken cancellation)
    {
        var history = await LogHistory.OpenAsync(options.Path, _origin, time, cancellation).ConfigureAwait(false);
        foreach (var path in history.Unreadable)
        {
            _log.Unreadable(path);
        }

        foreach (var file in _unread.GoneFrom(history))
        {
            _log.Lost(file);
        }

        return history;
    }

    private TailedFile Keep(LogHistory history, TailedFile file, IEnumerable<TailedFile> later)
    {
        _unread.Expect(later.Where(other => other != file));
        return history.Keep(file);
    }

    private async Task PushAsync(TailedFile file, CancellationToken cancellation)
    {
        while (await NextAsync(file, cancellation).ConfigureAwait(false) is { } batch)
        {
            Push(file, batch);
        }
    }

    // A file that cannot be read may still have been replaced by one that can.
    private async Task<EventBatch?> NextAsync(TailedFile file, CancellationToken cancellation)
    {
        try
        {
            return await file.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException problem)
        {
            _log.Failed(problem);
            return null;
        }
    }

    private void Finish(TailedFile file)
    {
        if (file.Finish() is { } last)
        {
            Push(file, last);
        }
    }

    private void Push(TailedFile file, EventBatch batch)
    {
        _log.Works();
        if (file.IsBetweenDocuments)
        {
            _position = file.Position(batch.Count > 0 ? FirstEvent.TimeOf(batch[^1]) ?? _position!.Latest : _position!.Latest);
            batch.Checkpoint = new Checkpoint(_key, _position.ToJson());
        }

        observer.OnNext(batch);
    }
}
