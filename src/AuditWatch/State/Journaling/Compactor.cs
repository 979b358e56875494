using Microsoft.Extensions.Logging;

namespace AuditWatch.State.Journaling;

/// <summary>Sees to it that dead records do not take more room than live ones. For the thread that writes.</summary>
internal sealed class Compactor(SegmentChain chain, JournalIndex index, JournalOptions options, JournalMetrics metrics, TimeProvider time, ILogger logger)
{
    /// <summary>How long nothing is tried after a failure.</summary>
    public static readonly TimeSpan FailureInterval = TimeSpan.FromMinutes(1);

    // Less than this is not worth copying everything, even if the journal is full without it.
    private readonly long _leastGain = options.MaxBytes / 16;
    private Compaction? _running;
    private long? _failedAt;

    /// <summary>Whether <see cref="Step"/> has something to do.</summary>
    public bool HasWork => _running is not null || (DeadBytes >= Math.Max(options.LeastDeadBytes, index.LiveBytes) && !HasJustFailed);

    /// <summary>The most bytes that commits may take now, so that there is room for a compaction afterwards.</summary>
    public long Room => (options.MaxBytes - chain.Bytes - Math.Max(_running?.Size ?? 0, Compaction.SizeOfSnapshot(index.LiveBytes))) / 2;

    private long DeadBytes => chain.IsCompact ? 0 : chain.Bytes - index.LiveBytes;

    private bool HasJustFailed => _failedAt is { } at && time.GetElapsedTime(at) < FailureInterval;

    /// <summary>Goes a step on, if there is something to do. If it fails, that is logged and tried again later.</summary>
    public void Step()
    {
        if (!HasWork)
        {
            return;
        }

        try
        {
            StepOrThrow();
        }
        catch (Exception problem)
        {
            if (_failedAt is null)
            {
                logger.LogError(problem, "Dead records cannot be removed from {Directory}, so that it goes on growing; it is tried again every minute.", options.Directory);
            }

            metrics.Failed();
            _failedAt = time.GetTimestamp();
        }
    }

    /// <summary>Makes room, if there is any to be made.</summary>
    /// <returns>Whether a compaction was made.</returns>
    public bool TryMakeRoom()
    {
        if (_running is null && DeadBytes < _leastGain)
        {
            return false;
        }

        while (!StepOrThrow())
        {
        }

        return true;
    }

    /// <summary>Gives up what is under way.</summary>
    public void Abandon()
    {
        _running?.Abandon();
        _running = null;
    }

    private bool StepOrThrow()
    {
        try
        {
            _running ??= new Compaction(chain, index, options.SliceBytes);
            if (!_running.Step())
            {
                return false;
            }
        }
        catch
        {
            Abandon();
            throw;
        }

        _running = null;
        metrics.Compacted();
        if (_failedAt is not null)
        {
            _failedAt = null;
            logger.LogInformation("Dead records are removed from {Directory} again.", options.Directory);
        }

        return true;
    }
}
