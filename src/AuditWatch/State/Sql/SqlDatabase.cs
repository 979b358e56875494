using System.Data.Common;

namespace AuditWatch.State.Sql;

/// <summary>One of the databases that the state can be in, and all that differs between them. Thread-safe.</summary>
internal abstract class SqlDatabase
{
    /// <summary>What and where it is, as the beginning of a sentence: <c>The state in /var/lib/auditwatch</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Its place, as the label of metrics: the directory, or the database.</summary>
    public abstract string Place { get; }

    /// <summary>Opens the session that writes. There is one at a time, in all processes together.</summary>
    /// <exception cref="StateException">Another process has one.</exception>
    /// <exception cref="DbException">It cannot be opened.</exception>
    public abstract SqlSession OpenToWrite();

    /// <summary>Opens a session that reads what is durable, whatever is being written.</summary>
    /// <exception cref="DbException">It cannot be opened.</exception>
    public abstract SqlSession OpenToRead();

    /// <summary>A statement that defines a table, in this database's words: <c>{key}</c> is the type of a text in the order of its bytes, <c>{bytes}</c> of bytes.</summary>
    public abstract string Define(string statement);

    /// <summary>How many bytes it takes on its disk.</summary>
    public abstract long SizeOf(SqlSession session);

    /// <summary>What is wrong and what a person can do about it, in sentences.</summary>
    public abstract string Explain(Exception problem);

    /// <summary>Whether what was to be written is at fault, not the database: it would fail again.</summary>
    public abstract bool IsRefusal(Exception problem);

    /// <summary>What to say of a problem; no secret is in it.</summary>
    public StateException Describe(Exception problem) => problem as StateException ?? new StateException(Explain(problem), problem);
}
