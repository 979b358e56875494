namespace AuditWatch.State;

/// <summary>
/// What survives a restart: records by table and key. The seam for another store, such as a database that several instances share. Thread-safe.
/// </summary>
public interface IStateStore : IAsyncDisposable
{
    /// <summary>Why nothing can be made durable at the moment, for a person; null if all is well.</summary>
    string? Problem { get; }

    /// <summary>
    /// The records of a table, in the ordinal order of their keys, as they stand when the enumeration begins: with every commit that was called for
    /// before then, durable already or not, and with none that comes later.
    /// </summary>
    /// <param name="table">The table; one that nothing was ever put into has no records.</param>
    /// <exception cref="IOException">They cannot be read; thrown by the enumeration.</exception>
    /// <exception cref="ObjectDisposedException">The store has been closed; thrown by the enumeration.</exception>
    IEnumerable<StateRecord> Read(string table);

    /// <summary>
    /// Makes changes, all or none of them, after those of every call before. Holds the caller up while more waits to be written than the store has
    /// room for; while it cannot write at all (see <see cref="Problem"/>) it goes on trying.
    /// </summary>
    /// <param name="changes">The changes, in their order; of one key, the last one counts. The store keeps none of the memory.</param>
    /// <returns>
    /// Completes when they are durable; fails with an <see cref="ObjectDisposedException"/> if the store was closed before that, and then they may or
    /// may not be there after the next start.
    /// </returns>
    Task CommitAsync(StateChanges changes);
}
