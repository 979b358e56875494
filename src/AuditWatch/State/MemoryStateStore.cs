using AuditWatch.State.Sql;

namespace AuditWatch.State;

/// <summary>
/// A store that lives as long as the process: a SQLite database in memory, in which a commit is done when it returns. For a service without a place for its state, and for tests.
/// Of closed alerts it keeps as many as 64 MiB have room for. Thread-safe.
/// </summary>
public sealed class MemoryStateStore : IStateStore
{
    private const long MaxBytes = 64 << 20;
    private const int CommitsBetweenLooks = 1_000;

    private static readonly SqlStatement Always = new("UPDATE writer SET sequence = sequence + 1");

    private readonly Lock _lock = new();
    private readonly SqliteDatabase _database = new(":memory:");
    private readonly Lazy<SqlSession> _opened;
    private readonly SqlRetention _retention;
    private int _commits;
    private bool _isClosed;

    /// <summary>A store with nothing in it.</summary>
    public MemoryStateStore()
    {
        _opened = new Lazy<SqlSession>(Create);
        _retention = new SqlRetention(_database, TimeSpan.FromDays(36_500), MaxBytes);
    }

    /// <inheritdoc/>
    /// <remarks>Always null.</remarks>
    public string? Problem => null;

    /// <inheritdoc/>
    public IEnumerable<StateRow> Read(StateTable table)
    {
        foreach (var row in Guard(() => SqlReading.All(Session, table).ToList()))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<DetectionTotal> TotalByDetection(string first, string counted, IReadOnlyCollection<string>? clusters) => Guard(() => DetectionTotals.Of(Session, first, counted, clusters));

    /// <inheritdoc/>
    public IReadOnlyList<StateRow> Find(StateTable table, IReadOnlyCollection<string> values, string? column = null) => Guard(() => SqlReading.Of(Session, table, values, column).ToList());

    /// <inheritdoc/>
    public AlertPage Search(AlertSearch search) => Guard(() => _database.Search(Session, search));

    /// <inheritdoc/>
    public Task CommitAsync(StateChanges changes)
    {
        try
        {
            return Guard(() =>
            {
                Session.TryCommit(Always, [.. changes.All.Select(SqlStatement.Of)]);
                if (++_commits % CommitsBetweenLooks == 0)
                {
                    while (_retention.Next(Session, DateTimeOffset.UnixEpoch) is { Count: > 0 } oldest)
                    {
                        Session.TryCommit(Always, oldest);
                    }
                }

                return Task.CompletedTask;
            });
        }
        catch (Exception problem) when (problem is ObjectDisposedException or StateException)
        {
            return Task.FromException(problem);
        }
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
            if (_opened.IsValueCreated)
            {
                Session.Dispose();
            }
        }

        return ValueTask.CompletedTask;
    }

    private SqlSession Session => _opened.Value;

    private SqlSession Create()
    {
        var session = SqliteDatabase.OpenInMemory();
        SqlSchema.Update(_database, session, SqlSchema.Versions);
        return session;
    }

    private T Guard<T>(Func<T> act)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return _database.Guard(act);
        }
    }
}
