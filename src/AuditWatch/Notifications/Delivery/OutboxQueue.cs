namespace AuditWatch.Notifications.Delivery;

/// <summary>
/// What waits for one integration, in the order it became due. An entry can be taken once the commits that it is part of are durable: nobody is told of
/// what a crash could undo. Thread-safe.
/// </summary>
/// <param name="replaces">Whether a newer notification of a conversation takes the place of one that still waits: people need the latest only.</param>
internal sealed class OutboxQueue(bool replaces)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiting> _waiting = [];
    private readonly Dictionary<string, LinkedListNode<Waiting>> _replaceable = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many entries wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Whether an entry can be taken.</summary>
    public bool CanDequeue
    {
        get
        {
            lock (_lock)
            {
                return _waiting.First is { Value.Commits: 0 };
            }
        }
    }

    /// <summary>Adds an entry that is not to be taken yet.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="create">Makes an entry of it.</param>
    /// <param name="isNews">Whether it is newer than whatever waits.</param>
    /// <returns>The entry, in the place of an older one or a new one; <see cref="Release"/> its ticket when it is durable.</returns>
    public (OutboxEntry Entry, object Ticket) Add(Notification notification, Func<Notification, OutboxEntry> create, bool isNews = true)
    {
        lock (_lock)
        {
            if (isNews && notification.Kind != NotificationKind.Closed && _replaceable.TryGetValue(notification.GroupKey, out var node))
            {
                var older = node.Value.Entry;
                node.Value.Entry = older with { Notification = notification with { Kind = older.Notification.Kind } };
            }
            else
            {
                node = _waiting.AddLast(new Waiting(create(notification)));
                if (notification.Kind is NotificationKind.Closed or NotificationKind.Digest || !replaces)
                {
                    _replaceable.Remove(notification.GroupKey);
                }
                else
                {
                    _replaceable[notification.GroupKey] = node;
                }
            }

            node.Value.Commits++;
            return (node.Value.Entry, node.Value);
        }
    }

    /// <summary>Says that the commit of an entry is durable.</summary>
    public void Release(object ticket)
    {
        lock (_lock)
        {
            ((Waiting)ticket).Commits--;
            _changed.TrySetResult();
        }
    }

    /// <summary>Completes when an entry can be dequeued.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_waiting.First is { Value.Commits: 0 })
                {
                    return;
                }

                if (_changed.Task.IsCompleted)
                {
                    _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>Removes and returns the first entries that are durable, at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<OutboxEntry> Dequeue(int limit)
    {
        var taken = new List<OutboxEntry>();
        lock (_lock)
        {
            while (taken.Count < limit && _waiting.First is { Value.Commits: 0 } first)
            {
                taken.Add(first.Value.Entry);
                _waiting.RemoveFirst();
                if (_replaceable.GetValueOrDefault(first.Value.Entry.Notification.GroupKey) == first)
                {
                    _replaceable.Remove(first.Value.Entry.Notification.GroupKey);
                }
            }
        }

        return taken;
    }

    private sealed class Waiting(OutboxEntry entry)
    {
        public OutboxEntry Entry { get; set; } = entry;

        /// <summary>How many commits that it is part of are not durable yet.</summary>
        public int Commits { get; set; }
    }
}
