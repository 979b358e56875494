using System.IO.Compression;
using System.Text;
using System.Threading.Channels;
using AuditWatch.Events;
using AuditWatch.Sources.FileTail;

namespace AuditWatch.Tests.Sources.FileTail;

/// <summary>A log file on disk and a tail that follows it in virtual time.</summary>
internal sealed class TailHarness : IDisposable
{
    // The tests are no better than the writers of logs, who lock nothing.
    private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;

    private readonly TemporaryFolder _folder = new();
    private readonly VirtualTime _time = new();
    private readonly Channel<string> _seen = Channel.CreateUnbounded<string>();
    private IDisposable? _subscription;
    private int _run;

    public string Path => _folder["audit.log"];

    public RecordingLogger<FileTailSource> Log { get; } = new();

    /// <summary>The last checkpoint, as the pipeline commits it with a batch.</summary>
    public Checkpoint? Checkpoint { get; set; }

    /// <summary>Called with each batch, before anybody gets to see it.</summary>
    public Action<EventBatch> WhenSeen { get; set; } = _ => { };

    public string Other(string name) => _folder[name];

    /// <summary>Begins to follow; what is appended afterwards is new.</summary>
    public void Start(bool fromStart = false, bool watch = false)
    {
        var run = _run;
        var options = new FileTailOptions(Path) { FromStart = fromStart, Watch = watch };
        _subscription = new FileTailSource(options, LastCheckpoint, _time, Log).Batches.Subscribe(batch =>
        {
            using (batch)
            {
                lock (_seen)
                {
                    if (run == _run)
                    {
                        See(batch);
                    }
                }
            }
        });
    }

    /// <summary>Ends the following as if the process were killed. What has been seen is committed; <see cref="Start"/> goes on there.</summary>
    public void Stop()
    {
        lock (_seen)
        {
            _run++;
        }

        _subscription?.Dispose();
    }

    /// <summary>Renames the log, as the API server does. Whoever writes makes a new one.</summary>
    public string Rename(string name)
    {
        File.Move(Path, Other(name));
        return Other(name);
    }

    /// <summary>Copies the log and cuts it short, as logrotate does with copytruncate.</summary>
    public void CopyAndTruncate(string name)
    {
        using var log = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, Shared);
        using var copy = new FileStream(Other(name), FileMode.CreateNew, FileAccess.Write, Shared);
        log.CopyTo(copy);
        log.SetLength(0);
    }

    /// <summary>Puts a compressed file in the place of a file.</summary>
    public static void Compress(string path)
    {
        using (var compressed = new GZipStream(new FileStream(path + ".gz", FileMode.CreateNew, FileAccess.Write, Shared), CompressionLevel.Fastest))
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, Shared))
        {
            file.CopyTo(compressed);
        }

        File.Delete(path);
    }

    /// <summary>Lets the time pass in which the tail looks at the file once.</summary>
    public void Poll() => _time.Advance(TimeSpan.FromSeconds(1));

    /// <summary>The next events and rejections. On a busy machine the tail may begin to wait only after a test let time pass: then some more passes.</summary>
    public async Task<string[]> NextAsync(int count)
    {
        var next = new string[count];
        for (var i = 0; i < count; i++)
        {
            var coming = _seen.Reader.ReadAsync().AsTask();
            for (var patience = 0; patience < 5 && await Task.WhenAny(coming, Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System)) != coming; patience++)
            {
                Poll();
            }

            next[i] = await coming.WaitAsync(TimeSpan.FromSeconds(5));
        }

        return next;
    }

    /// <summary>Whether there was more than the test has taken.</summary>
    public bool HasMore => _seen.Reader.TryPeek(out _);

    private void See(EventBatch batch)
    {
        WhenSeen(batch);
        Checkpoint = batch.Checkpoint ?? Checkpoint;
        for (var i = 0; i < batch.Count; i++)
        {
            _seen.Writer.TryWrite(Encoding.UTF8.GetString(batch[i].Json));
        }

        foreach (var rejection in batch.Rejections)
        {
            _seen.Writer.TryWrite("rejected: " + rejection.Reason);
        }
    }

    private ReadOnlyMemory<byte>? LastCheckpoint(string key) => Checkpoint is { } last && last.Key == key ? last.Value : default(ReadOnlyMemory<byte>?);

    public void Dispose()
    {
        _subscription?.Dispose();
        _folder.Dispose();
    }
}
