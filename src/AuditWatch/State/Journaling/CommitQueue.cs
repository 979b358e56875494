namespace AuditWatch.State.Journaling;

/// <summary>Commits that are not durable yet, in their order; so many bytes of them at most, but always one. Thread-safe.</summary>
internal sealed class CommitQueue(long maxBytes, JournalIndex index, JournalMetrics metrics)
{
    private readonly object _lock = new();
    private readonly List<Commit> _commits = [];
    private long _bytes;
    private bool _isClosed;

    /// <summary>Whether no more commits come.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _isClosed;
            }
        }
    }

    /// <summary>Puts a commit last; waits until there is room. If the queue is closed, the commit is abandoned.</summary>
    public void Add(Commit commit)
    {
        lock (_lock)
        {
            while (!_isClosed && _bytes > 0 && _bytes + commit.Frame.Length > maxBytes)
            {
                Monitor.Wait(_lock);
            }

            if (_isClosed)
            {
                commit.Abandon();
                return;
            }

            index.Accept(commit);
            _commits.Add(commit);
            Grow(commit.Frame.Length);
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>All commits that wait now; they stay where they are.</summary>
    /// <param name="untilAny">Whether to wait until there are some or the queue is closed.</param>
    public Commit[] Peek(bool untilAny)
    {
        lock (_lock)
        {
            while (untilAny && !_isClosed && _commits.Count == 0)
            {
                Monitor.Wait(_lock);
            }

            return [.. _commits];
        }
    }

    /// <summary>Removes the first commits, which are durable.</summary>
    public void Complete(IReadOnlyList<Commit> commits)
    {
        lock (_lock)
        {
            _commits.RemoveRange(0, commits.Count);
            Grow(-commits.Sum(commit => (long)commit.Frame.Length));
            Monitor.PulseAll(_lock);
        }

        foreach (var commit in commits)
        {
            commit.Complete();
        }
    }

    /// <summary>Takes no more commits; those that wait stay.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Closes the queue and abandons what waits.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            Close();
            _commits.ForEach(commit => commit.Abandon());
            _commits.Clear();
            Grow(-_bytes);
        }
    }

    private void Grow(long bytes)
    {
        _bytes += bytes;
        metrics.Queued(bytes);
    }
}
