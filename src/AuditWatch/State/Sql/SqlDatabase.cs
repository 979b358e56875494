using System.Data.Common;

namespace AuditWatch.State.Sql;

/// <summary>One of the databases that the state can be in, and all that differs between them. Thread-safe.</summary>
internal abstract class SqlDatabase
{
    /// <summary>What and where it is, as the beginning of a sentence: <c>The state in /var/lib/auditwatch</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Its place, as the label of metrics: the directory, or the database.</summary>
    public abstract string Place { get; }

    /// <summary>Whether other processes can reach it too, so that its owner has to show that it lives, and to look whether it still owns it.</summary>
    public abstract bool IsShared { get; }

    /// <summary>Opens a session that can write once it owns the database: see <see cref="TryOwn"/>.</summary>
    /// <exception cref="DbException">It cannot be opened.</exception>
    public abstract SqlSession OpenToWrite();

    /// <summary>
    /// Has a session own the database until it ends: there is one at a time, in all processes together. One that has not been heard of for <see cref="Silence"/> is ended.
    /// </summary>
    /// <returns>Null if it owns it now; else who does.</returns>
    public abstract StateOwner? TryOwn(SqlSession session);

    /// <summary>After how long without a word an owner has been stopped or cut off. It says something every <see cref="StateWriter.Beat"/>.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    /// <summary>Opens a session that reads what is durable, whatever is being written.</summary>
    /// <exception cref="DbException">It cannot be opened.</exception>
    public abstract SqlSession OpenToRead();

    /// <summary>The statements of a version of the schema in this database's words.</summary>
    public abstract string Define(SqlSchemaVersion version);

    /// <summary>A page of alerts.</summary>
    public abstract AlertPage Search(SqlSession session, AlertSearch search);

    /// <summary>The columns of a table as they are there; none if the table is not, as in a database of an earlier version.</summary>
    public abstract IEnumerable<string> ColumnsOf(SqlSession session, StateTable table);

    /// <summary>Whether it has ever been written; false also says that it can be created.</summary>
    public abstract bool Exists { get; }

    /// <summary>Everything that is wrong inside it, a line for each; none if all is well.</summary>
    public abstract IEnumerable<string> Check(SqlSession session);

    /// <summary>Writes a copy of it as it stands, while others read and write it.</summary>
    /// <param name="file">The copy; it does not exist yet, and is for its owner only.</param>
    /// <exception cref="StateException">This database has tools of its own for that.</exception>
    public abstract void BackUp(string file);

    /// <summary>How many bytes it takes on its disk.</summary>
    public abstract long SizeOf(SqlSession session);

    /// <summary>How many of them rows take, and room for new ones does not.</summary>
    /// <param name="session">A session.</param>
    /// <param name="isExact">Whether to take the time to find out; else what is known from before will do.</param>
    public abstract long BytesInUse(SqlSession session, bool isExact);

    /// <summary>Gives some of the room that removed rows have left back to the disk, unless the database does so by itself.</summary>
    /// <returns>Whether there was much, and may be more.</returns>
    public abstract bool TryGiveBack(SqlSession session);

    /// <summary>What is wrong and what a person can do about it, in sentences.</summary>
    public abstract string Explain(Exception problem);

    /// <summary>Whether what was to be written is at fault, not the database: it would fail again.</summary>
    public abstract bool IsRefusal(Exception problem);

    /// <summary>The database that settings ask for; null if they ask for none.</summary>
    public static SqlDatabase? Of(StateSettings settings) =>
        settings.ConnectionStringFile is { } file ? new PostgresDatabase(file)
        : settings.Directory is { } directory ? new SqliteDatabase(System.IO.Path.GetFullPath(directory))
        : null;

    /// <summary>Runs something on the database; what goes wrong with that is told to a person.</summary>
    /// <exception cref="StateException">It went wrong.</exception>
    public T Guard<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception problem) when (problem is DbException or IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw Describe(problem);
        }
    }

    /// <summary>What to say of a problem; no secret is in it.</summary>
    public StateException Describe(Exception problem) => problem as StateException ?? new StateException(Explain(problem), problem);
}
