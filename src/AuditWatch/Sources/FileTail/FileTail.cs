using AuditWatch.Events;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.FileTail;

/// <summary>One subscriber's following of a file: how far it has come.</summary>
internal sealed class FileTail(FileTailOptions options, TimeProvider time, ILogger logger, IObserver<EventBatch> observer) : IDisposable
{
    private readonly EventOrigin _origin = new(options.Path, options.Cluster);
    private readonly KeyValuePair<string, object?> _label = new("source", options.Path);
    private bool _skipToEnd = !options.FromStart;
    private TailedFile? _file;
    private string? _problem;

    /// <summary>Follows the file until it is cancelled.</summary>
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
                Failed(problem);
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
            return OpenFirst();
        }

        await PushAsync(_file, cancellation).ConfigureAwait(false);
        if (_file.HasShrunk)
        {
            Finish(_file);
            _file.Restart();
            SourceMetrics.Truncations.Add(1, _label);
            logger.LogWarning("{Path} has become shorter; reading it again from its start.", options.Path);
            return true;
        }

        if (OpenNext(_file) is not { } next)
        {
            return false;
        }

        try
        {
            // Whoever writes to the new file has done with the old one: this is its end.
            await PushAsync(_file, cancellation).ConfigureAwait(false);
            Finish(_file);
        }
        finally
        {
            _file.Dispose();
            _file = next;
        }

        SourceMetrics.Rotations.Add(1, _label);
        logger.LogInformation("{Path} has been replaced. The old file is read to its end; following the new one from its start.", options.Path);
        return true;
    }

    private bool OpenFirst()
    {
        var file = TailedFile.TryOpen(options.Path, _origin, time);
        if (file is null)
        {
            // Only what is there from the beginning is passed over.
            _skipToEnd = false;
            Say(LogLevel.Warning, $"{options.Path} does not exist; waiting for it.");
            return false;
        }

        _file = file;
        if (_skipToEnd)
        {
            file.SkipToEnd();
        }

        logger.LogInformation("Following {Path} from its {Place}.", options.Path, _skipToEnd ? "end" : "start");
        return true;
    }

    // The file that has taken the name, once something has been written to it: until then the writer may still be at the old one.
    private TailedFile? OpenNext(TailedFile current)
    {
        var next = TailedFile.TryOpen(options.Path, _origin, time);
        if (next is null)
        {
            Say(LogLevel.Information, $"{options.Path} is gone; following the open file until another one takes the name.");
            return null;
        }

        if (!next.IsSameAs(current) && !next.IsEmpty)
        {
            return next;
        }

        next.Dispose();
        return null;
    }

    private async Task PushAsync(TailedFile file, CancellationToken cancellation)
    {
        while (await NextAsync(file, cancellation).ConfigureAwait(false) is { } batch)
        {
            _problem = null;
            observer.OnNext(batch);
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
            Failed(problem);
            return null;
        }
    }

    private void Finish(TailedFile file)
    {
        if (file.Finish() is { } last)
        {
            observer.OnNext(last);
        }
    }

    private void Failed(Exception problem)
    {
        SourceMetrics.FileErrors.Add(1, _label);
        Say(LogLevel.Error, $"{options.Path} cannot be read: {problem.Message} Trying again.");
    }

    private void Say(LogLevel level, string problem)
    {
        if (_problem != problem)
        {
            _problem = problem;
            logger.Log(level, "{Problem}", problem);
        }
    }
}
