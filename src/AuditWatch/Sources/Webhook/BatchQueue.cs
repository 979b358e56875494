using System.Threading.Channels;
using AuditWatch.Events;

namespace AuditWatch.Sources.Webhook;

/// <summary>Batches that wait for the pipeline, in the order of each client, of which the clients take turns: nobody waits for more than one batch of each other client, however many those send. Thread-safe, for one reader.</summary>
/// <param name="most">How many batches of one client may wait, at least 1.</param>
internal sealed class BatchQueue(int most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly Queue<Line> _turns = new();
    private readonly Channel<bool> _waiting = Channel.CreateUnbounded<bool>(new UnboundedChannelOptions { SingleReader = true });
    private bool _isCompleted;

    /// <summary>How many batches wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _lines.Values.Sum(line => line.Batches.Count);
            }
        }
    }

    /// <summary>Adds a batch, once there is room for one of its client.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ChannelClosedException">Nobody takes batches any more.</exception>
    public async ValueTask WriteAsync(string client, EventBatch batch, CancellationToken cancellation)
    {
        Line? line;
        lock (_lock)
        {
            line = _lines.TryGetValue(client, out var known) ? known : _lines[client] = new Line(client, most);
            line.Users++;
        }

        try
        {
            await line.Room.WaitAsync(cancellation).ConfigureAwait(false);
            lock (_lock)
            {
                if (_isCompleted)
                {
                    line.Room.Release();
                    throw new ChannelClosedException();
                }

                line.Batches.Enqueue(batch);
                if (line.Batches.Count == 1)
                {
                    _turns.Enqueue(line);
                }

                _waiting.Writer.TryWrite(true);
            }
        }
        finally
        {
            lock (_lock)
            {
                line.Users--;
                ForgetIfEmpty(line);
            }
        }
    }

    /// <summary>The next batch, once there is one; null when there will be none.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async ValueTask<EventBatch?> ReadAsync(CancellationToken cancellation)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            if (Take() is { } batch)
            {
                return batch;
            }
        }

        return null;
    }

    /// <summary>Takes no more batches; those that wait can still be read.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            if (_isCompleted)
            {
                return;
            }

            _isCompleted = true;
            foreach (var line in _lines.Values)
            {
                // Whoever waits for room learns that nobody needs it any more, one from the other.
                line.Room.Release();
            }

            _waiting.Writer.TryComplete();
        }
    }

    /// <summary>The next batch; null if there is none now.</summary>
    public EventBatch? Take()
    {
        lock (_lock)
        {
            if (!_turns.TryDequeue(out var line))
            {
                return null;
            }

            _waiting.Reader.TryRead(out _);
            var batch = line.Batches.Dequeue();
            line.Room.Release();
            if (line.Batches.Count > 0)
            {
                _turns.Enqueue(line);
            }

            ForgetIfEmpty(line);
            return batch;
        }
    }

    private void ForgetIfEmpty(Line line)
    {
        if (line.Users == 0 && line.Batches.Count == 0)
        {
            _lines.Remove(line.Client);
        }
    }

    private sealed class Line(string client, int most)
    {
        public string Client => client;

        public Queue<EventBatch> Batches { get; } = new();

        public SemaphoreSlim Room { get; } = new(most);

        /// <summary>How many are about to add a batch.</summary>
        public int Users { get; set; }
    }
}
