namespace AuditWatch.State.Sql;

/// <summary>Commits that are not known to be durable, in their order. There is room while they have less than so many bytes; whoever does not ask is let in all the same. Thread-safe.</summary>
internal sealed class CommitQueue(long roomBytes, StateMetrics metrics)
{
    private readonly object _lock = new();
    private readonly List<Commit> _commits = [];
    private TaskCompletionSource? _room;
    private long _bytes;
    private bool _isNudged;
    private bool _isClosed;

    /// <summary>Puts a commit last. If the queue is closed, it fails.</summary>
    public void Add(Commit commit)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                _commits.Add(commit);
                Grow(commit.Bytes);
                Monitor.PulseAll(_lock);
                return;
            }
        }

        commit.Fail(new ObjectDisposedException(nameof(SqlStore)));
    }

    /// <summary>Completes when there is room, or the queue is closed.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (HasRoom)
            {
                return ValueTask.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task.WaitAsync(cancellation));
        }
    }

    /// <summary>Waits until there are commits, somebody nudges, or no more will come. Takes no notice of time: for a thread that does nothing else.</summary>
    /// <param name="atOnce">Whether not to wait.</param>
    /// <param name="waiting">All that wait, which stay where they are; none if there was only a nudge, or no waiting.</param>
    /// <returns>False if the queue is closed and empty.</returns>
    public bool TryAwait(bool atOnce, out IReadOnlyList<Commit> waiting)
    {
        lock (_lock)
        {
            while (!atOnce && !_isClosed && !_isNudged && _commits.Count == 0)
            {
                Monitor.Wait(_lock);
            }

            _isNudged = false;
            waiting = [.. _commits];
            return !_isClosed || _commits.Count > 0;
        }
    }

    /// <summary>Ends the waiting of <see cref="TryAwait"/>, now or when it begins.</summary>
    public void Nudge()
    {
        lock (_lock)
        {
            _isNudged = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>All that wait now; they stay where they are.</summary>
    /// <exception cref="ObjectDisposedException">The queue is closed.</exception>
    public IReadOnlyList<Commit> Peek()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(SqlStore));
            return [.. _commits];
        }
    }

    /// <summary>Removes the first commits, which are durable.</summary>
    public void Complete(int count)
    {
        foreach (var commit in Remove(count))
        {
            commit.Complete();
        }
    }

    /// <summary>Removes the first commits, which the database refuses.</summary>
    public void Refuse(int count, Exception problem)
    {
        foreach (var commit in Remove(count))
        {
            commit.Fail(problem);
        }
    }

    /// <summary>Takes no more commits; those that wait stay.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Grow(0);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Closes the queue, and fails what waits.</summary>
    public void Abandon()
    {
        Close();
        foreach (var commit in Remove(_commits.Count))
        {
            commit.Fail(new ObjectDisposedException(nameof(SqlStore)));
        }
    }

    private bool HasRoom => _isClosed || _bytes < roomBytes;

    private List<Commit> Remove(int count)
    {
        lock (_lock)
        {
            var removed = _commits.GetRange(0, count);
            _commits.RemoveRange(0, count);
            Grow(-removed.Sum(commit => commit.Bytes));
            return removed;
        }
    }

    private void Grow(long bytes)
    {
        _bytes += bytes;
        metrics.Queued(bytes);
        if (HasRoom)
        {
            _room?.SetResult();
            _room = null;
        }
    }
}
