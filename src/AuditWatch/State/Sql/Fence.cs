namespace AuditWatch.State.Sql;

/// <summary>
/// Keeps a process from writing whose place another has taken, and says how a transaction ended of which no answer came: each begins an epoch in the table <c>writer</c> when it takes the place,
/// and each transaction raises the number there, under its epoch. Not thread-safe.
/// </summary>
internal sealed class Fence(SqlDatabase database)
{
    private long _epoch;
    private long _sequence;

    /// <summary>What a transaction begins with: changes a row only while the place is this process's and the database is what it was.</summary>
    public SqlStatement Condition => new("UPDATE writer SET sequence = sequence + 1 WHERE epoch = $1 AND sequence = $2", _epoch, _sequence);

    /// <summary>Begins an epoch: whoever had one before changes nothing any more.</summary>
    public void Raise(SqlSession session)
    {
        session.Execute("UPDATE writer SET epoch = epoch + 1");
        (_epoch, _sequence) = Read(session);
    }

    /// <summary>A transaction has become durable.</summary>
    public void Advance() => _sequence++;

    /// <summary>Looks whether this process still has its place.</summary>
    /// <returns>Whether a transaction of which no answer has come is durable.</returns>
    /// <exception cref="StateLostException">Another has taken it.</exception>
    /// <exception cref="StateException">The database has gone back.</exception>
    public bool IsAhead(SqlSession session)
    {
        var (epoch, sequence) = Read(session);
        if (epoch != _epoch)
        {
            throw new StateLostException($"{database.Name} has been taken over by another process. This one ends: it changes nothing and tells nobody any more, and what it has not acknowledged comes again.");
        }

        if (sequence != _sequence && sequence != _sequence + 1)
        {
            throw new StateException(
                $"{database.Name} is not what it was: its last transaction is {sequence}, and {_sequence} had been durable. It was restored from a backup, or a standby that lagged has taken over. "
                + "Restart the service, which then goes on from what is there.");
        }

        return sequence > _sequence;
    }

    private static (long Epoch, long Sequence) Read(SqlSession session) =>
        session.Query("SELECT epoch, sequence FROM writer", row => (row.GetInt64(0), row.GetInt64(1))).Single();
}

/// <summary>Another process has taken this one's place for good.</summary>
/// <param name="message">That, for a person.</param>
internal sealed class StateLostException(string message) : IOException(message);
