using Microsoft.Extensions.Logging;

namespace AuditWatch.State.Sql;

/// <summary>
/// Makes commits durable: as many as wait with one transaction. While it cannot, it tries again every second. Each transaction raises the sequence number of the
/// table <c>writer</c> by one, under the epoch that this process began: so after a failure in the middle of a commit the database says how that has ended, and a
/// process whose place another has taken changes nothing any more. In between, old alerts are removed. It is long for one class because how a transaction ends (durable, refused, failed, not
/// known) decides what all of its fields are next, and that is best read in one place.
/// </summary>
internal sealed class StateWriter(SqlDatabase database, CommitQueue queue, SqlRetention retention, StateMetrics metrics, TimeProvider time, ILogger logger)
{
    /// <summary>How long it waits after a failure.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long a transaction may take before that is a problem.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // So that a group does not hold up those that come after it for long.
    private const long MaxGroupBytes = 8 << 20;

    private SqlSession? _session;
    private long _epoch;
    private long _sequence;
    private int? _unsettled;
    private int _oneByOne;
    private bool _maintains = true;
    private bool _isTooLarge;
    private long _since;
    private volatile string? _problem;

    /// <summary>Why it cannot write at the moment; null if it can.</summary>
    public string? Problem => _problem ?? (Volatile.Read(ref _since) is > 0 and var since && time.GetElapsedTime(since) is var elapsed && elapsed > Patience
        ? $"{database.Name} has been waiting for its disk or server for {(int)elapsed.TotalSeconds} s."
        : null);

    /// <summary>Opens the database, brings its tables up to date, and begins an epoch.</summary>
    /// <exception cref="StateException">It cannot be used.</exception>
    public void Open()
    {
        try
        {
            _session = database.OpenToWrite();
            SqlSchema.Update(database, _session, SqlSchema.Versions);
            _session.Execute("UPDATE writer SET epoch = epoch + 1");
            (_epoch, _sequence) = ReadFence(_session);
            metrics.SizeIs(database.SizeOf(_session));
        }
        catch (Exception problem)
        {
            _session?.Dispose();
            throw database.Describe(problem);
        }
    }

    /// <summary>Writes until the queue is closed; then what waits already, for as long as that succeeds.</summary>
    /// <param name="closing">Is cancelled once the queue is closed.</param>
    public void Run(CancellationToken closing)
    {
        try
        {
            while (queue.TryAwait(atOnce: _maintains, out var waiting))
            {
                _maintains |= waiting.Count == 0;
                if (TryWrite(waiting))
                {
                    continue;
                }

                if (closing.IsCancellationRequested)
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
            _session ??= database.OpenToWrite();
            if (_unsettled is not null)
            {
                Settle(_session);
                return true;
            }

            if (waiting.Count > 0)
            {
                var group = Group(waiting);
                Commit(_session, Condense(group), group.Count);
            }

            if (_maintains)
            {
                Maintain(_session);
            }

            return true;
        }
        catch (Exception problem) when (database.IsRefusal(problem))
        {
            Refused(problem);
            return true;
        }
        catch (Exception problem)
        {
            _session?.Dispose();
            _session = null;
            Failed(problem);
            return false;
        }
        finally
        {
            Volatile.Write(ref _since, 0);
        }
    }

    private List<Commit> Group(IReadOnlyList<Commit> waiting)
    {
        var bytes = 0L;
        var group = waiting.TakeWhile(commit => (bytes += commit.Bytes) <= MaxGroupBytes).ToList();
        return _oneByOne > 0 || group.Count == 0 ? [waiting[0]] : group;
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

    private void Commit(SqlSession session, IReadOnlyList<SqlStatement> statements, int count)
    {
        _unsettled = count;
        var fence = new SqlStatement("UPDATE writer SET sequence = sequence + 1 WHERE epoch = $1 AND sequence = $2", _epoch, _sequence);
        if (session.TryCommit(fence, statements))
        {
            Settled(isDurable: true);
        }
        else
        {
            Settle(session);
        }
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
    private void Settle(SqlSession session)
    {
        var (epoch, sequence) = ReadFence(session);
        if (epoch != _epoch)
        {
            throw new StateException($"{database.Name} has been taken over by another process. Stop one of the two.");
        }

        if (sequence != _sequence && sequence != _sequence + 1)
        {
            throw new StateException(
                $"{database.Name} is not what it was: its last transaction is {sequence}, and {_sequence} had been durable. It was restored from a backup, or a standby that lagged has taken over. "
                + "Restart the service, which then goes on from what is there.");
        }

        Settled(isDurable: sequence > _sequence);
    }

    private void Settled(bool isDurable)
    {
        var count = _unsettled ?? 0;
        _unsettled = null;
        if (isDurable)
        {
            _sequence++;
            _oneByOne = Math.Max(0, _oneByOne - count);
            metrics.Committed(count);
            IsWell();
            queue.Complete(count);
        }
    }

    // Others that wait are not to suffer for it.
    private void Refused(Exception problem)
    {
        metrics.Failed();
        var count = _unsettled ?? 0;
        _unsettled = null;
        if (count > 1)
        {
            _oneByOne = count;
        }
        else
        {
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

    private static (long Epoch, long Sequence) ReadFence(SqlSession session) =>
        session.Query("SELECT epoch, sequence FROM writer", row => (row.GetInt64(0), row.GetInt64(1))).Single();
}
