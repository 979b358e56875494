using Microsoft.Extensions.Logging;

namespace AuditWatch.State.Journaling;

/// <summary>Makes commits durable: all that wait with one write, until the queue is closed and empty. While it cannot, it tries again every second.</summary>
internal sealed class JournalWriter(
    SegmentChain chain, JournalIndex index, CommitQueue queue, JournalOptions options, JournalMetrics metrics, TimeProvider time, ILogger logger)
{
    /// <summary>How long it waits after a failure.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Compactor _compactor = new(chain, index, options, metrics, time, logger);
    private volatile string? _problem;

    /// <summary>Why it cannot write at the moment; null if it can.</summary>
    public string? Problem => _problem;

    /// <summary>Writes until the queue is closed; then what waits already, for as long as that succeeds.</summary>
    /// <param name="closing">Is cancelled once the queue is closed.</param>
    public void Run(CancellationToken closing)
    {
        try
        {
            while (true)
            {
                var waiting = queue.Peek(untilAny: !_compactor.HasWork);
                if (waiting.Length == 0 && queue.IsClosed)
                {
                    return;
                }

                if (waiting.Length == 0 || TryWrite(waiting))
                {
                    _compactor.Step();
                }
                else if (closing.IsCancellationRequested)
                {
                    return;
                }
                else
                {
                    Pause(closing);
                }
            }
        }
        finally
        {
            _compactor.Abandon();
            queue.Abandon();
        }
    }

    private bool TryWrite(Commit[] waiting)
    {
        try
        {
            Write(Fitting(waiting));
        }
        catch (Exception problem)
        {
            Failed(problem);
            return false;
        }

        if (_problem is not null)
        {
            _problem = null;
            logger.LogInformation("The state in {Directory} can be written again.", options.Directory);
        }

        return true;
    }

    private void Write(ArraySegment<Commit> commits)
    {
        var (log, offsets) = chain.Append([.. commits.Select(commit => commit.Frame)]);
        index.MakeDurable(commits, log, offsets);
        metrics.Committed(commits.Count);
        queue.Complete(commits);
    }

    // The first of those that wait, as many as there is room for.
    private ArraySegment<Commit> Fitting(Commit[] waiting)
    {
        while (true)
        {
            var room = _compactor.Room;
            var count = 0;
            while (count < waiting.Length && (room -= waiting[count].Frame.Length) >= 0)
            {
                count++;
            }

            if (count > 0)
            {
                return new ArraySegment<Commit>(waiting, 0, count);
            }

            if (!_compactor.TryMakeRoom())
            {
                throw new StateException(
                    $"The state in {options.Directory} is full: its records take {index.LiveBytes} bytes and {waiting[0].Frame.Length} more wait, which is too much "
                    + $"for a limit of {options.MaxBytes} bytes, of which a little less than half can hold records. Raise the limit and start again.");
            }
        }
    }

    private void Failed(Exception problem)
    {
        metrics.Failed();
        var isNew = _problem is null;
        _problem = problem is StateException ? problem.Message : $"The state in {options.Directory} cannot be written: {problem.Message.TrimEnd('.')}. Free space on the volume, or repair it.";
        if (isNew)
        {
            // Where a failure of another kind comes from, only its stack says.
            logger.LogError(problem is IOException or UnauthorizedAccessException ? null : problem, "{Problem} Until then nothing is acknowledged, and it is tried again every second.", _problem);
        }
    }

    private void Pause(CancellationToken closing)
    {
        try
        {
            Task.Delay(RetryInterval, time, closing).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
        }
    }
}
