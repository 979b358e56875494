using Microsoft.Extensions.Logging;

namespace AuditWatch.State.Journaling;

/// <summary>
/// State in the files of a directory. Commits are appended to a log, all that wait with one write and one fsync, and records are read from there; where
/// they lie is in memory. When dead records take more room than live ones, the live ones are copied and the old files deleted. Thread-safe.
/// </summary>
public sealed class Journal : IStateStore
{
    private readonly CancellationTokenSource _closing = new();
    private readonly IDisposable _lock;
    private readonly SegmentChain _chain;
    private readonly JournalIndex _index;
    private readonly CommitQueue _queue;
    private readonly JournalWriter _writer;
    private readonly Lazy<Task> _closed;

    private Journal(IDisposable directoryLock, SegmentChain chain, JournalIndex index, CommitQueue queue, JournalWriter writer)
    {
        _lock = directoryLock;
        _chain = chain;
        _index = index;
        _queue = queue;
        _writer = writer;
        var finished = Task.Factory.StartNew(() => writer.Run(_closing.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _closed = new Lazy<Task>(() => CloseAsync(finished));
    }

    /// <inheritdoc/>
    public string? Problem => _writer.Problem;

    /// <summary>Opens the journal of a directory, which is created if it does not exist. What a crash has left of a commit that was not acknowledged is cut off.</summary>
    /// <param name="options">The directory and the bounds.</param>
    /// <param name="time">The clock of retries.</param>
    /// <param name="logger">Hears what was cut off, when nothing can be written and when it can again.</param>
    /// <exception cref="StateException">Another process uses the directory; it cannot be written; a file in it is damaged, missing or foreign.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="JournalOptions.MaxBytes"/> is less than <see cref="JournalOptions.LeastMaxBytes"/>.</exception>
    public static Journal Open(JournalOptions options, TimeProvider time, ILogger<Journal> logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBytes, JournalOptions.LeastMaxBytes, nameof(options));
        return Open(options, new JournalFiles(), time, logger);
    }

    /// <summary>Opens the journal of a directory with other access to files, and any bounds.</summary>
    internal static Journal Open(JournalOptions options, JournalFiles files, TimeProvider time, ILogger logger)
    {
        options = options with { Directory = Path.GetFullPath(options.Directory) };
        IDisposable? directoryLock = null;
        SegmentChain? chain = null;
        try
        {
            CreateDirectory(options.Directory, files);
            directoryLock = DirectoryLock.Take(options.Directory);
            var metrics = new JournalMetrics(options.Directory);
            var index = new JournalIndex();
            chain = new SegmentChain(options.Directory, files, metrics);
            new JournalRecovery(chain, index, logger).Run();
            var queue = new CommitQueue(options.MaxQueuedBytes, index, metrics);
            return new Journal(directoryLock, chain, index, queue, new JournalWriter(chain, index, queue, options, metrics, time, logger));
        }
        catch (Exception problem)
        {
            chain?.Dispose();
            directoryLock?.Dispose();
            if (problem is StateException || problem is not (IOException or UnauthorizedAccessException))
            {
                throw;
            }

            throw new StateException($"The state in {options.Directory} cannot be opened: {problem.Message.TrimEnd('.')}. It must be a directory that this user may read and write, on a volume with space.", problem);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<StateRecord> Read(string table)
    {
        using var snapshot = _index.Snapshot(table);
        foreach (var record in snapshot.Read())
        {
            yield return record;
        }
    }

    /// <inheritdoc/>
    public Task CommitAsync(StateChanges changes)
    {
        var commit = new Commit(Frame.Encode(changes.All));
        _queue.Add(commit);
        return commit.Done;
    }

    /// <summary>
    /// Makes durable what waits, and lets go of the directory. Whatever waits fails with an <see cref="ObjectDisposedException"/> if it cannot be written
    /// at once. Enumerations that have begun may go on.
    /// </summary>
    public async ValueTask DisposeAsync() => await _closed.Value;

    private static void CreateDirectory(string path, JournalFiles files)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        files.FlushDirectory(Path.GetDirectoryName(path) ?? path);
    }

    private async Task CloseAsync(Task finished)
    {
        _queue.Close();
        await _closing.CancelAsync();
        try
        {
            await finished;
        }
        finally
        {
            _index.Close();
            _chain.Dispose();
            _lock.Dispose();
            _closing.Dispose();
        }
    }
}
