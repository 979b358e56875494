using System.Text;
using System.Threading.Channels;
using AuditWatch.Events;
using AuditWatch.Sources.FileTail;

namespace AuditWatch.Tests.Sources.FileTail;

/// <summary>A log file on disk and a tail that follows it in virtual time.</summary>
internal sealed class TailHarness : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VirtualTime _time = new();
    private readonly Channel<string> _seen = Channel.CreateUnbounded<string>();
    private IDisposable? _subscription;

    public string Path => _folder["audit.log"];

    public RecordingLogger<FileTailSource> Log { get; } = new();

    /// <summary>The last checkpoint, as the pipeline commits it with a batch.</summary>
    public Checkpoint? Checkpoint { get; set; }

    public string Other(string name) => _folder[name];

    /// <summary>Begins to follow; what is appended afterwards is new.</summary>
    public void Start(bool fromStart = false, bool watch = false)
    {
        var options = new FileTailOptions(Path) { FromStart = fromStart, Watch = watch };
        _subscription = new FileTailSource(options, LastCheckpoint, _time, Log).Batches.Subscribe(batch =>
        {
            using (batch)
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    _seen.Writer.TryWrite(Encoding.UTF8.GetString(batch[i].Json));
                }

                foreach (var rejection in batch.Rejections)
                {
                    _seen.Writer.TryWrite("rejected: " + rejection.Reason);
                }

                Checkpoint = batch.Checkpoint ?? Checkpoint;
            }
        });
    }

    /// <summary>Ends the following, and waits until it has ended.</summary>
    public void Stop() => _subscription?.Dispose();

    /// <summary>Lets the time pass in which the tail looks at the file once.</summary>
    public void Poll() => _time.Advance(TimeSpan.FromSeconds(1));

    /// <summary>The next events and rejections.</summary>
    public async Task<string[]> NextAsync(int count)
    {
        var next = new string[count];
        for (var i = 0; i < count; i++)
        {
            next[i] = await _seen.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        }

        return next;
    }

    /// <summary>Whether there was more than the test has taken.</summary>
    public bool HasMore => _seen.Reader.TryPeek(out _);

    private ReadOnlyMemory<byte>? LastCheckpoint(string key) => Checkpoint is { } last && last.Key == key ? last.Value : default(ReadOnlyMemory<byte>?);

    public void Dispose()
    {
        _subscription?.Dispose();
        _folder.Dispose();
    }
}
