using System.Data.Common;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.State.Sql;

/// <summary>State in a database. Commits queue up for one thread that writes (<see cref="StateWriter"/>); whoever reads has a session of its own. Thread-safe.</summary>
internal sealed class SqlStore : IStateStore
{
    /// <summary>How often it is looked whether old alerts are to go.</summary>
    public static readonly TimeSpan MaintenanceInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    // More than this is not to wait: about as much as a busy hour's alerts.
    private const long RoomBytes = 64 << 20;

    private readonly CancellationTokenSource _closing = new();
    private readonly SqlDatabase _database;
    private readonly IDisposable? _owned;
    private readonly CommitQueue _queue;
    private readonly StateWriter _writer;
    private readonly ITimer _maintenance;
    private readonly ITimer? _beat;
    private readonly Lazy<Task> _closed;

    private SqlStore(SqlDatabase database, IDisposable? owned, CommitQueue queue, StateWriter writer, TimeProvider time)
    {
        _database = database;
        _owned = owned;
        _queue = queue;
        _writer = writer;
        _maintenance = time.CreateTimer(_ => writer.Maintain(), null, MaintenanceInterval, MaintenanceInterval);
        _beat = database.IsShared ? time.CreateTimer(_ => queue.Nudge(), null, StateWriter.Beat, StateWriter.Beat) : null;
        var finished = Task.Factory.StartNew(() => writer.Run(_closing.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _closed = new Lazy<Task>(() => CloseAsync(finished));
    }

    /// <inheritdoc/>
    public string? Problem => _writer.Problem;

    /// <inheritdoc/>
    public Task Lost => _writer.Lost;

    /// <summary>Opens a database; while another process owns it, waits and tries again twice a second.</summary>
    /// <param name="database">The database.</param>
    /// <param name="settings">How much of it is kept for how long.</param>
    /// <param name="owned">What keeps others out of it, disposed of with the store; null for nothing.</param>
    /// <param name="time">The clock of retries and of what is old.</param>
    /// <param name="logger">Hears when nothing can be written and when it can again.</param>
    /// <param name="standsBy">Hears who owns it, or why it cannot be reached meanwhile, whenever that changes.</param>
    /// <param name="roomBytes">There is room while less than so many bytes wait.</param>
    /// <param name="metrics">Counts. Default: those of the process.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="StateException">It cannot be used; the message says what to do.</exception>
    public static async Task<SqlStore> OpenAsync(
        SqlDatabase database, StateSettings settings, IDisposable? owned, TimeProvider time, ILogger logger, Action<string> standsBy, long roomBytes = RoomBytes, ServiceMetrics? metrics = null,
        CancellationToken cancellation = default)
    {
        var counted = new StateMetrics(database, (metrics ?? ServiceMetrics.Shared).State);
        var queue = new CommitQueue(roomBytes, counted);
        var writer = new StateWriter(database, queue, new SqlRetention(database, settings.Retention, settings.MaxSize), counted, time, logger);
        try
        {
            await OwnAsync(writer, time, standsBy, cancellation).ConfigureAwait(false);
            return new SqlStore(database, owned, queue, writer, time);
        }
        catch
        {
            writer.Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<StateRow> Read(StateTable table)
    {
        // First what waits: what becomes durable meanwhile is then there twice, and the same.
        var waiting = ChangesThatWait(table);
        using var session = _database.Guard(_database.OpenToRead);
        using var durable = SqlReading.All(session, table).GetEnumerator();
        var more = _database.Guard(durable.MoveNext);
        foreach (var (key, row) in waiting)
        {
            for (; more && StateKeyOrder.Instance.Compare(durable.Current.Key, key) < 0; more = _database.Guard(durable.MoveNext))
            {
                yield return durable.Current;
            }

            if (more && durable.Current.Key == key)
            {
                more = _database.Guard(durable.MoveNext);
            }

            if (row is not null)
            {
                yield return row;
            }
        }

        for (; more; more = _database.Guard(durable.MoveNext))
        {
            yield return durable.Current;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<DetectionTotal> TotalByDetection(string first, string counted, IReadOnlyCollection<string>? clusters) => Read(session => DetectionTotals.Of(session, first, counted, clusters));

    /// <inheritdoc/>
    public IReadOnlyList<StateRow> Find(StateTable table, IReadOnlyCollection<string> values, string? column = null) => Read(session => SqlReading.Of(session, table, values, column).ToList());

    /// <inheritdoc/>
    public AlertPage Search(AlertSearch search) => Read(session => session.Snapshot(() => _database.Search(session, search)));

    /// <inheritdoc/>
    public Task CommitAsync(StateChanges changes)
    {
        var commit = new Commit(changes);
        _queue.Add(commit);
        return commit.Done;
    }

    /// <inheritdoc/>
    public Task ConfirmAsync() => _database.IsShared ? CommitAsync(new StateChanges()) : Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask WaitForRoomAsync(CancellationToken cancellation) => _queue.WaitForRoomAsync(cancellation);

    /// <summary>
    /// Makes durable what waits, and lets go of the database. Whatever waits fails with an <see cref="ObjectDisposedException"/> if it cannot be written
    /// at once. Enumerations that have begun may go on.
    /// </summary>
    public async ValueTask DisposeAsync() => await _closed.Value;

    private static async Task OwnAsync(StateWriter writer, TimeProvider time, Action<string> standsBy, CancellationToken cancellation)
    {
        string? said = null;
        while (Try(out var pause) is { } why)
        {
            if (why != said)
            {
                standsBy(said = why);
            }

            await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
        }

        string? Try(out TimeSpan pause)
        {
            pause = LookInterval;
            try
            {
                return writer.TryOpen()?.ToString();
            }
            catch (StateException problem) when (said is not null && problem.InnerException is DbException or IOException)
            {
                // Whoever was active is to have the first try when the database is back: it has everything in memory.
                pause = 2 * StateWriter.RetryInterval;
                return problem.Message;
            }
        }
    }

    private T Read<T>(Func<SqlSession, T> read)
    {
        _queue.Peek();
        return _database.Guard(() =>
        {
            using var session = _database.OpenToRead();
            return read(session);
        });
    }

    private SortedDictionary<string, StateRow?> ChangesThatWait(StateTable table)
    {
        var changes = new SortedDictionary<string, StateRow?>(StateKeyOrder.Instance);
        foreach (var change in _queue.Peek().SelectMany(commit => commit.Changes).Where(change => change.Row.Table == table))
        {
            changes[change.Row.Key] = change.IsDelete ? null : change.Row;
        }

        return changes;
    }

    private async Task CloseAsync(Task finished)
    {
        await _maintenance.DisposeAsync();
        await (_beat?.DisposeAsync() ?? ValueTask.CompletedTask);
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
