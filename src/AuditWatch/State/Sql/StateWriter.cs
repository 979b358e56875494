using Microsoft.Extensions.Logging;

namespace AuditWatch.State.Sql;

/// <summary>
/// Makes commits durable: as many as wait with one transaction. While it cannot, it tries again every second. By its <see cref="Fence"/> it knows after a failure in the middle of a commit how that
/// has ended, and that another process has taken its place: then it ends. In between, old alerts are removed. It is long for one class because how a transaction ends (durable, refused, failed, not
/// known) decides what all of its fields are next, and that is best read in one place.
/// </summary>
internal sealed class StateWriter(SqlDatabase database, CommitQueue queue, SqlRetention retention, StateMetrics metrics, TimeProvider time, ILogger logger)
{
    /// <summary>How long it waits after a failure.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often the owner of a database that others can reach shows that it lives, and looks whether it still owns it.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a transaction may take before that is a problem.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // So that a group does not hold up those that come after it for long.
    private const long MaxGroupBytes = 8 << 20;

    private readonly Fence _fence = new(database);
    private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqlSession? _session;
    private int? _inDoubt;
    private int _oneByOne;
    private bool _isolates;
    private volatile bool _maintains = true;
    private bool _isTooLarge;
    private long _since;
    private volatile string? _problem;

    /// <summary>Why it cannot write at the moment; null if it can.</summary>
    public string? Problem => _problem ?? (Volatile.Read(ref _since) is > 0 and var since && time.GetElapsedTime(since) is var elapsed && elapsed > Patience
        ? $"{database.Name} has been waiting for its disk or server for {(int)elapsed.TotalSeconds} s."
        : null);

    /// <summary>Fails with a <see cref="StateException"/> once another process has taken this one's place.</summary>
    public Task Lost => _lost.Task;

    /// <summary>Owns the database if no other process does, brings its tables up to date, and begins an epoch. May be called again if another does.</summary>
    /// <returns>Null if it is open now; else who owns it.</returns>
    /// <exception cref="StateException">It cannot be used.</exception>
    public StateOwner? TryOpen()
    {
        try
        {
            _session ??= database.OpenToWrite();
            if (database.TryOwn(_session) is { } owner)
            {
                return owner;
            }

            SqlSchema.Update(database, _session, SqlSchema.Versions);
            _fence.Raise(_session);
            metrics.SizeIs(database.SizeOf(_session));
            return null;
        }
        catch (Exception problem)
        {
            Close();
            throw database.Describe(problem);
        }
    }

    /// <summary>Lets go of the database; before <see cref="Run"/>, which does so itself.</summary>
    public void Close()
    {
        _session?.Dispose();
        _session = null;
    }

    /// <summary>Has it look soon whether old alerts are to go.</summary>
    public void Maintain()
    {
        _maintains = true;
        queue.Nudge();
    }

    /// <summary>Writes until the queue is closed; then what waits already, for as long as that succeeds.</summary>
    /// <param name="closing">Is cancelled once the queue is closed.</param>
    public void Run(CancellationToken closing)
    {
        try
        {
            while (queue.TryAwait(atOnce: _maintains, out var waiting))
            {
                if (TryWrite(waiting))
                {
                    continue;
                }

                if (closing.IsCancellationRequested || _lost.Task.IsCompleted)
                {
                    return;
                }

                Pause(closing);
            }
        }
        finally
        {
            _session?.Dispose();
            metrics.SizeIs(0);
            queue.Abandon();
        }
    }

    private bool TryWrite(IReadOnlyList<Commit> waiting)
    {
        Volatile.Write(ref _since, time.GetTimestamp());
        try
        {
            _session ??= Reopen();
            if (_inDoubt is not null)
            {
                ResolveInDoubt(_session);
                return true;
            }

            if (waiting.Count > 0)
            {
                var group = Group(waiting);
                var statements = Condense(group);
                Commit(_session, _isolates ? Accepted(_session, statements) : statements, group.Count);
            }
            else if (database.IsShared)
            {
                Confirm(_session, count: 0);
            }

            if (_maintains)
            {
                Maintain(_session, time.GetElapsedTime(_since));
            }

            return true;
        }
        catch (StateLostException lost)
        {
            _problem = lost.Message;
            _lost.TrySetException(new StateException(lost.Message));
            return false;
        }
        catch (Exception problem) when (database.IsRefusal(problem))
        {
            Refused(problem);
            return true;
        }
        catch (Exception problem)
        {
            Close();
            Failed(problem);
            return false;
        }
        finally
        {
            Volatile.Write(ref _since, 0);
        }
    }

    // The session is gone, and with it the right to write: who is first to own the database again has it.
    private SqlSession Reopen()
    {
        var session = database.OpenToWrite();
        try
        {
            var owner = database.TryOwn(session);
            _fence.IsAhead(session);
            return owner is null ? session : throw new StateException($"{database.Name} belongs to another session: {owner}.");
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private List<Commit> Group(IReadOnlyList<Commit> waiting)
    {
        var bytes = 0L;
        var group = waiting.TakeWhile(commit => (bytes += commit.Bytes) <= MaxGroupBytes).ToList();
        return _oneByOne > 0 || _isolates || group.Count == 0 ? [waiting[0]] : group;
    }

    // Of each key the last change, in one statement, whatever happened to it within the group.
    private static List<SqlStatement> Condense(List<Commit> group)
    {
        var last = new OrderedDictionary<(string Table, string Key), SqlStatement>();
        foreach (var change in group.SelectMany(commit => commit.Changes))
        {
            last[(change.Row.Table.Name, change.Row.Key)] = SqlStatement.Of(change);
        }

        return [.. last.Values];
    }

    // A row that the database does not take for what it is costs no other: what is in it, somebody else may have chosen.
    private List<SqlStatement> Accepted(SqlSession session, List<SqlStatement> statements)
    {
        var refusals = session.Refusals(statements, database.IsRefusal);
        if (refusals.Count > 0)
        {
            metrics.Refused(refusals.Count);
            logger.LogError(
                refusals.Values.First(), "{Name} refuses {Count} of the {All} rows of a batch for what they are. They are given up, the others are kept; where it began:", database.Name, refusals.Count, statements.Count);
        }

        return [.. statements.Where((_, index) => !refusals.ContainsKey(index))];
    }

    private void Commit(SqlSession session, IReadOnlyList<SqlStatement> statements, int count)
    {
        if (statements.Count == 0)
        {
            Confirm(session, count);
            return;
        }

        _inDoubt = count;
        if (session.TryCommit(_fence.Condition, statements))
        {
            Conclude(isDurable: true);
        }
        else
        {
            ResolveInDoubt(session);
        }
    }

    // Nothing is to be written: whoever waits wants to know that it could be.
    private void Confirm(SqlSession session, int count)
    {
        _fence.IsAhead(session);
        _oneByOne = Math.Max(0, _oneByOne - count);
        _isolates = false;
        IsWell();
        queue.Complete(count);
    }

    // For as long as what was written has taken, and at least once: so what goes keeps pace with what comes.
    private void Maintain(SqlSession session, TimeSpan limit)
    {
        var began = time.GetTimestamp();
        do
        {
            Maintain(session);
        }
        while (_maintains && time.GetElapsedTime(began) < limit);
    }

    private void Maintain(SqlSession session)
    {
        if (retention.Next(session, time.GetUtcNow()) is { Count: > 0 } oldest)
        {
            Commit(session, oldest, count: 0);
            return;
        }

        if (database.TryGiveBack(session))
        {
            return;
        }

        _maintains = false;
        metrics.SizeIs(database.SizeOf(session));
        if (retention.IsTooLarge && !_isTooLarge)
        {
            logger.LogWarning("{Name} is larger than state.maxSize, although all alerts that are closed have been removed: what is left is open or on its way. Raise the limit.", database.Name);
        }

        _isTooLarge = retention.IsTooLarge;
    }

    // How a transaction ended of which no answer has come.
    private void ResolveInDoubt(SqlSession session) => Conclude(_fence.IsAhead(session));

    private void Conclude(bool isDurable)
    {
        var count = _inDoubt ?? 0;
        _inDoubt = null;
        if (isDurable)
        {
            _fence.Advance();
            _oneByOne = Math.Max(0, _oneByOne - count);
            _isolates = _isolates && count == 0;
            metrics.Committed(count);
            IsWell();
            queue.Complete(count);
        }
    }

    // Others that wait are not to suffer for it.
    private void Refused(Exception problem)
    {
        metrics.Failed();
        var count = _inDoubt ?? 0;
        _inDoubt = null;
        if (count > 1)
        {
            _oneByOne = count;
        }
        else if (count == 1 && !_isolates)
        {
            _isolates = true;
        }
        else
        {
            _isolates = false;
            logger.LogError(problem, "{Name} refuses changes for what they are; they are given up, and what they belong to is not acknowledged.", database.Name);
            _oneByOne = Math.Max(0, _oneByOne - 1);
            IsWell();
            queue.Refuse(count, database.Describe(problem));
        }
    }

    // Before anybody hears of it: then nobody sees a problem that is over.
    private void IsWell()
    {
        Volatile.Write(ref _since, 0);
        if (_problem is not null)
        {
            _problem = null;
            logger.LogInformation("{Name} can be written again.", database.Name);
        }
    }

    private void Failed(Exception problem)
    {
        metrics.Failed();
        var isNew = _problem is null;
        _problem = database.Describe(problem).Message;
        if (isNew)
        {
            // Where a failure of another kind comes from, only its stack says.
            logger.LogError(
                problem is System.Data.Common.DbException or IOException ? null : problem, "{Problem} Until then nothing is acknowledged, and it is tried again every second.", _problem);
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
