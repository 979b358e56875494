using Microsoft.Extensions.Logging;

namespace AuditWatch.State.Sql;

/// <summary>State in a database. Commits queue up for one thread that writes (<see cref="StateWriter"/>). Thread-safe.</summary>
internal sealed class SqlStore : IStateStore
{
    // More than this is not to wait: about as much as a busy hour's alerts.
    private const long RoomBytes = 64 << 20;

    private readonly CancellationTokenSource _closing = new();
    private readonly SqlDatabase _database;
    private readonly IDisposable? _owned;
    private readonly CommitQueue _queue;
    private readonly StateWriter _writer;
    private readonly Lazy<Task> _closed;

    private SqlStore(SqlDatabase database, IDisposable? owned, CommitQueue queue, StateWriter writer)
    {
        _database = database;
        _owned = owned;
        _queue = queue;
        _writer = writer;
        var finished = Task.Factory.StartNew(() => writer.Run(_closing.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _closed = new Lazy<Task>(() => CloseAsync(finished));
    }

    /// <inheritdoc/>
    public string? Problem => _writer.Problem;

    /// <summary>Opens a database.</summary>
    /// <param name="database">The database.</param>
    /// <param name="owned">What keeps others out of it, disposed of with the store; null for nothing.</param>
    /// <param name="time">The clock of retries.</param>
    /// <param name="logger">Hears when nothing can be written and when it can again.</param>
    /// <param name="roomBytes">There is room while less than so many bytes wait.</param>
    /// <exception cref="StateException">It cannot be used; the message says what to do.</exception>
    public static SqlStore Open(SqlDatabase database, IDisposable? owned, TimeProvider time, ILogger logger, long roomBytes = RoomBytes)
    {
        var metrics = new StateMetrics(database);
        var queue = new CommitQueue(roomBytes, metrics);
        var writer = new StateWriter(database, queue, metrics, time, logger);
        writer.Open();
        return new SqlStore(database, owned, queue, writer);
    }

    /// <inheritdoc/>
    public IEnumerable<StateRecord> Read(string table)
    {
        // First what waits: what becomes durable meanwhile is then there twice, and the same.
        var waiting = ChangesThatWait(table);
        using var session = Guarded(_database.OpenToRead);
        using var durable = SqlTables.Read(session, table).GetEnumerator();
        var more = Guarded(durable.MoveNext);
        foreach (var (key, value) in waiting)
        {
            for (; more && StateKeyOrder.Instance.Compare(durable.Current.Key, key) < 0; more = Guarded(durable.MoveNext))
            {
                yield return durable.Current;
            }

            if (more && durable.Current.Key == key)
            {
                more = Guarded(durable.MoveNext);
            }

            if (value is { } present)
            {
                yield return new StateRecord(key, present);
            }
        }

        for (; more; more = Guarded(durable.MoveNext))
        {
            yield return durable.Current;
        }
    }

    /// <inheritdoc/>
    public Task CommitAsync(StateChanges changes)
    {
        var commit = new Commit(changes);
        _queue.Add(commit);
        return commit.Done;
    }

    /// <inheritdoc/>
    public ValueTask WaitForRoomAsync(CancellationToken cancellation) => _queue.WaitForRoomAsync(cancellation);

    /// <summary>
    /// Makes durable what waits, and lets go of the database. Whatever waits fails with an <see cref="ObjectDisposedException"/> if it cannot be written
    /// at once. Enumerations that have begun may go on.
    /// </summary>
    public async ValueTask DisposeAsync() => await _closed.Value;

    private SortedDictionary<string, ReadOnlyMemory<byte>?> ChangesThatWait(string table)
    {
        var changes = new SortedDictionary<string, ReadOnlyMemory<byte>?>(StateKeyOrder.Instance);
        foreach (var change in _queue.Peek().SelectMany(commit => commit.Changes).Where(change => change.Table == table))
        {
            changes[change.Key] = change.Value;
        }

        return changes;
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is System.Data.Common.DbException or IOException or InvalidOperationException)
        {
            throw _database.Describe(problem);
        }
    }

    private async Task CloseAsync(Task finished)
    {
        _queue.Close();
        await _closing.CancelAsync();
        try
        {
            await finished;
        }
        finally
        {
            _owned?.Dispose();
            _closing.Dispose();
        }
    }
}
