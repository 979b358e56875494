using System.Data.Common;

namespace AuditWatch.State.Sql;

/// <summary>A connection to a database, and how to run statements on it. Not thread-safe.</summary>
internal abstract class SqlSession(DbConnection connection) : IDisposable
{
    /// <summary>Runs a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string text, params object?[] values)
    {
        using var command = Command(text, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs a query; rows are read as they are asked for.</summary>
    public IEnumerable<T> Query<T>(string text, Func<DbDataReader, T> read, params object?[] values)
    {
        using var command = Command(text, values);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return read(reader);
        }
    }

    /// <summary>Does several things in one transaction, which only this session sees before its end.</summary>
    public void Transact(Action act)
    {
        Begin();
        try
        {
            act();
        }
        catch
        {
            Roll("ROLLBACK");
            throw;
        }

        Execute("COMMIT");
    }

    /// <summary>Reads several things as they stand at one moment.</summary>
    public T Snapshot<T>(Func<T> read)
    {
        Execute(BeginToRead);
        try
        {
            return read();
        }
        finally
        {
            Roll("ROLLBACK");
        }
    }

    /// <summary>Runs statements in one transaction, in their order.</summary>
    /// <param name="condition">Is run first.</param>
    /// <param name="statements">The others.</param>
    /// <returns>Whether the first one changed a row; if not, nothing is changed at all.</returns>
    /// <exception cref="DbException">Something failed. If it was the end of the transaction, only another session can tell how that has ended.</exception>
    public bool TryCommit(SqlStatement condition, IReadOnlyList<SqlStatement> statements)
    {
        Begin();
        bool holds;
        try
        {
            holds = Run(condition, statements);
        }
        catch
        {
            Roll("ROLLBACK");
            throw;
        }

        Execute(holds ? "COMMIT" : "ROLLBACK");
        return holds;
    }

    /// <summary>Finds out which statements the database refuses, each after those before it that it takes. Changes nothing.</summary>
    /// <param name="statements">The statements.</param>
    /// <param name="isRefusal">Whether a failure says so; any other is thrown.</param>
    public IReadOnlyDictionary<int, Exception> Refusals(IReadOnlyList<SqlStatement> statements, Func<Exception, bool> isRefusal)
    {
        var refusals = new Dictionary<int, Exception>();
        Begin();
        try
        {
            for (var i = 0; i < statements.Count; i++)
            {
                Execute("SAVEPOINT before_it");
                try
                {
                    Execute(statements[i].Text, statements[i].Values);
                    Execute("RELEASE SAVEPOINT before_it");
                }
                catch (Exception problem) when (isRefusal(problem))
                {
                    refusals[i] = problem;
                    Execute("ROLLBACK TO SAVEPOINT before_it");
                }
            }
        }
        finally
        {
            Roll("ROLLBACK");
        }

        return refusals;
    }

    /// <inheritdoc/>
    public virtual void Dispose() => connection.Dispose();

    /// <summary>The statement that begins a transaction which reads everything as it stood at one moment.</summary>
    protected abstract string BeginToRead { get; }

    /// <summary>Begins a transaction that is going to write.</summary>
    protected abstract void Begin();

    /// <summary>Runs statements in the transaction that has begun; the others only matter if the first one changes a row.</summary>
    /// <returns>Whether it did.</returns>
    protected abstract bool Run(SqlStatement condition, IReadOnlyList<SqlStatement> statements);

    /// <summary>Makes a command with its values.</summary>
    protected abstract DbCommand Command(string text, object?[] values);

    // What went wrong before is what is worth telling.
    private void Roll(string back)
    {
        try
        {
            Execute(back);
        }
        catch (Exception problem) when (problem is DbException or InvalidOperationException)
        {
        }
    }
}
