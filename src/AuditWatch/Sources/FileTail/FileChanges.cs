using System.Threading.Channels;

namespace AuditWatch.Sources.FileTail;

/// <summary>
/// Waits for changes of a file: until the operating system reports one, and at most for an interval, because nothing is reported for network file systems and links
/// into other folders, and reports get lost. Changes between two waits count as one. One waiter at a time.
/// </summary>
internal sealed class FileChanges : IDisposable
{
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly string _folder;
    private readonly string _name;
    private readonly bool _watch;
    private readonly ITimer _poll;
    private FileSystemWatcher? _watcher;

    /// <summary>Begins to watch.</summary>
    /// <param name="path">The file, which need not exist.</param>
    /// <param name="interval">How long it takes at most to notice a change.</param>
    /// <param name="time">The clock of the interval.</param>
    /// <param name="watch">Whether to ask the operating system for notices.</param>
    public FileChanges(string path, TimeSpan interval, TimeProvider time, bool watch)
    {
        var full = Path.GetFullPath(path);
        _folder = Path.GetDirectoryName(full) ?? full;
        _name = Path.GetFileName(full);
        _watch = watch;
        _poll = time.CreateTimer(_ => Changed(), null, interval, interval);
        Watch();
    }

    /// <summary>Waits for a change, or returns at once if there was one since the last wait.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        Watch();
        await _changed.Reader.ReadAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _poll.Dispose();
        _watcher?.Dispose();
    }

    private void Changed() => _changed.Writer.TryWrite(true);

    // The folder may come into being later, and the system may have no notices left to give: then polling has to do.
    private void Watch()
    {
        if (!_watch || _watcher is not null || !Directory.Exists(_folder))
        {
            return;
        }

        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(_folder, _name)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.CreationTime,
            };
            watcher.Changed += (_, _) => Changed();
            watcher.Created += (_, _) => Changed();
            watcher.Deleted += (_, _) => Changed();
            watcher.Renamed += (_, _) => Changed();
            watcher.Error += (_, _) => Changed();
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
        }
        catch (Exception problem) when (problem is IOException or ArgumentException or UnauthorizedAccessException)
        {
            watcher?.Dispose();
        }
    }
}
