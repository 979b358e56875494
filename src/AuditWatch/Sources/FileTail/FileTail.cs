using AuditWatch.Events;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.FileTail;

/// <summary>Follows a log for one subscriber, through the files that it is rotated to. Not thread-safe.</summary>
internal sealed class FileTail : IDisposable
{
    private readonly FileTailOptions _options;
    private readonly Func<string, ReadOnlyMemory<byte>?> _lastCheckpoint;
    private readonly TimeProvider _time;
    private readonly IObserver<EventBatch> _observer;
    private readonly EventOrigin _origin;
    private readonly TailLog _log;
    private readonly TailPath _path;
    private readonly string _key;

    // How far the log has been read; null until it is known where to begin.
    private TailPosition? _position;
    private TailedFile? _file;

    public FileTail(
        FileTailOptions options, Func<string, ReadOnlyMemory<byte>?> lastCheckpoint, TimeProvider time, ILogger logger, SourceInstruments metrics, IObserver<EventBatch> observer)
    {
        _options = options;
        _lastCheckpoint = lastCheckpoint;
        _time = time;
        _observer = observer;
        _origin = new EventOrigin(options.Path, options.Cluster);
        _log = new TailLog(options.Path, logger, metrics);
        _path = new TailPath(options, _origin, time, _log);
        _key = TailPosition.KeyOf(options.Path);
    }

    /// <summary>Follows the log until it is cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        using var changes = new FileChanges(_options.Path, _options.PollInterval, _time, _options.Watch);
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
            if (_position is null)
            {
                await BeginAsync(cancellation).ConfigureAwait(false);
                return true;
            }

            (_file, _position) = await _path.ResumeAsync(_position, cancellation).ConfigureAwait(false);
            return _file is not null;
        }

        await PushAsync(_file, cancellation).ConfigureAwait(false);
        return _file.HasChanged
            ? await GoOnAfterChangeAsync(_file, cancellation).ConfigureAwait(false)
            : await _path.NextAsync(_file, _position!, cancellation).ConfigureAwait(false) is { } next && await GoOnAsync(_file, next, cancellation).ConfigureAwait(false);
    }

    private TailPosition? Checkpointed()
    {
        if (_lastCheckpoint(_key) is not { } checkpoint)
        {
            return null;
        }

        if (TailPosition.Parse(checkpoint.Span) is { } position)
        {
            return position;
        }

        _log.BadCheckpoint();
        return TailPosition.AtTheBeginning;
    }

    // Where the beginning is has to be remembered even if nothing is written for a long time.
    private async Task BeginAsync(CancellationToken cancellation)
    {
        (_file, _position) = await _path.BeginAsync(cancellation).ConfigureAwait(false);
        _observer.OnNext(new EventBatch(_origin, _time.GetUtcNow(), capacity: 0) { Checkpoint = new Checkpoint(_key, _position.ToJson()) });
    }

    private async Task<bool> GoOnAsync(TailedFile old, TailedFile next, CancellationToken cancellation)
    {
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

    // Somebody has cut the file short, perhaps after he had copied it: then what has not been read of it is in the copy.
    private async Task<bool> GoOnAfterChangeAsync(TailedFile changed, CancellationToken cancellation)
    {
        var copy = await _path.CopyAsync(changed, _position!, cancellation).ConfigureAwait(false);
        if (copy is null)
        {
            Finish(changed);
            (_file, _position) = await _path.AnewAsync(_position!, cancellation).ConfigureAwait(false);
        }
        else
        {
            _file = copy;
        }

        changed.Dispose();
        return _file is not null;
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

        _observer.OnNext(batch);
    }
}
