namespace AuditWatch.State;

/// <summary>A store that lives as long as the process. For a service without a directory for its state, and for tests. Thread-safe.</summary>
public sealed class MemoryStateStore : IStateStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, ReadOnlyMemory<byte>>> _tables = new(StringComparer.Ordinal);
    private bool _isClosed;

    /// <inheritdoc/>
    /// <remarks>Always null.</remarks>
    public string? Problem => null;

    /// <inheritdoc/>
    public IEnumerable<StateRecord> Read(string table)
    {
        List<StateRecord> records;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            records = _tables.TryGetValue(table, out var found) ? [.. found.Select(pair => new StateRecord(pair.Key, pair.Value))] : [];
        }

        foreach (var record in records)
        {
            yield return record;
        }
    }

    /// <inheritdoc/>
    public Task CommitAsync(StateChanges changes)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return Task.FromException(new ObjectDisposedException(nameof(MemoryStateStore)));
            }

            foreach (var change in changes.All)
            {
                Apply(change);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>There is always room: nothing waits.</remarks>
    public ValueTask WaitForRoomAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        return ValueTask.CompletedTask;
    }

    private void Apply(StateChange change)
    {
        if (!_tables.TryGetValue(change.Table, out var table))
        {
            _tables.Add(change.Table, table = new SortedDictionary<string, ReadOnlyMemory<byte>>(StateKeyOrder.Instance));
        }

        if (change.Value is { } value)
        {
            table[change.Key] = value.ToArray();
        }
        else
        {
            table.Remove(change.Key);
        }
    }
}
