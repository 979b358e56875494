namespace AuditWatch.State;

/// <summary>
/// What survives a restart: rows in tables. One process at a time owns a store and is the only one that writes to it. Thread-safe.
/// </summary>
public interface IStateStore : IAsyncDisposable
{
    /// <summary>Why nothing can be made durable at the moment, for a person; null if all is well. Returns at once, whatever the disk or the database does.</summary>
    string? Problem { get; }

    /// <summary>
    /// The rows of a table, in the order of the bytes of their keys, as they stand when the enumeration begins: with every commit that was called for
    /// before then, durable already or not. Rows are read as they are asked for.
    /// </summary>
    /// <param name="table">The table; not one of alerts, which can be too many for that.</param>
    /// <exception cref="IOException">They cannot be read; thrown by the enumeration.</exception>
    /// <exception cref="ObjectDisposedException">The store has been closed; thrown by the enumeration.</exception>
    IEnumerable<StateRow> Read(StateTable table);

    /// <summary>The rows of which a column has one of several values, in the order of their keys, as far as they are durable.</summary>
    /// <param name="table">The table.</param>
    /// <param name="values">The values.</param>
    /// <param name="column">The column, one with an index. Default: the first one.</param>
    /// <exception cref="IOException">They cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The store has been closed.</exception>
    IReadOnlyList<StateRow> Find(StateTable table, IReadOnlyCollection<string> values, string? column = null);

    /// <summary>How often detections raised alerts, by name, as far as that is durable.</summary>
    /// <param name="first">Those that raised any on this day (<c>2026-11-21</c>, in UTC) or later.</param>
    /// <param name="counted">From this day on alerts are counted.</param>
    /// <param name="clusters">The clusters whose alerts count, each by its first 200 characters; null for all.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The store has been closed.</exception>
    IReadOnlyList<DetectionTotal> TotalByDetection(string first, string counted, IReadOnlyCollection<string>? clusters);

    /// <summary>A page of alerts, as far as they are durable.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The store has been closed.</exception>
    AlertPage Search(AlertSearch search);

    /// <summary>
    /// Makes changes, all or none of them, after those of every call before. Takes them whatever waits already and returns at once: whoever makes many awaits
    /// <see cref="WaitForRoomAsync"/> first. While the store cannot write at all (see <see cref="Problem"/>) it goes on trying.
    /// </summary>
    /// <param name="changes">The changes, in their order; of one key, the last one counts.</param>
    /// <returns>
    /// Completes when they are durable. Fails with an <see cref="ObjectDisposedException"/> if the store was closed before that, and then they may or
    /// may not be there after the next start; and with a <see cref="StateException"/> if the database refuses these changes for what they are.
    /// </returns>
    Task CommitAsync(StateChanges changes);

    /// <summary>
    /// Completes once it is known that, after the call, this process still owned the store: to be awaited before what is done outside of it and cannot be taken back. While that is not known it waits. By default,
    /// where nobody else can own it, it completes at once. Fails as <see cref="CommitAsync"/> does.
    /// </summary>
    Task ConfirmAsync() => Task.CompletedTask;

    /// <summary>Fails with a <see cref="StateException"/> once another process owns the store: nothing that this one does is kept any more, so it should end. Never completes otherwise.</summary>
    Task Lost => Never.Task;

    private static readonly TaskCompletionSource Never = new();

    /// <summary>Completes when there is room for another commit, or the store has been closed.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    ValueTask WaitForRoomAsync(CancellationToken cancellation);
}
