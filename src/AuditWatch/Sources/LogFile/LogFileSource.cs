using System.Reactive.Linq;
using AuditWatch.Events;

namespace AuditWatch.Sources.LogFile;

/// <summary>
/// A source that reads a log file to its end in pieces, on several threads, and pushes the batches in the order of the file.
/// <code>
///   file       ....line⏎line⏎line⏎line⏎{⏎  "pretty":⏎  1}⏎line⏎....
///   pieces     |  1                  |  2                    | 3      each from the beginning of a line
///   read       as if a document began at its beginning, which nearly always is true
///   joined     1, and after it 2 as it is, or read anew if 1 ended within a document: see <see cref="PieceJoiner"/>
/// </code>
/// What comes out is what one reader makes of the whole file, whatever is in it. A file that is compressed or encoded is read by one.
/// </summary>
/// <param name="path">The file; also what its origin is called.</param>
/// <param name="time">Tells when a batch arrived.</param>
/// <param name="lookAhead">Gets each batch on the thread that has read it, before it is pushed: work that needs no order. Default: none.</param>
internal sealed class LogFileSource(string path, TimeProvider time, Action<EventBatch>? lookAhead = null) : IAuditSource
{
    private readonly EventOrigin _origin = new(path);
    private StreamSource? _whole;
    private long _bytesRead;

    /// <summary>How many bytes are read or being read, of a compressed file as they are in the file. Safe to ask from any thread.</summary>
    public long BytesRead => _whole?.BytesRead ?? Volatile.Read(ref _bytesRead);

    /// <summary>How many bytes a piece has, the rest of its last line aside. By default so many as stay in the cache of a core, and in the array that a pool gives.</summary>
    internal int PieceBytes { get; init; } = 480 << 10;

    /// <inheritdoc/>
    /// <remarks>Fails with an <see cref="IOException"/> that names the file if it cannot be opened or read.</remarks>
    public IObservable<EventBatch> Batches => Observable.Create<EventBatch>(ReadAsync);

    private async Task ReadAsync(IObserver<EventBatch> observer, CancellationToken cancellation)
    {
        // Whoever subscribes can leave again before the end.
        await Task.Yield();
        using var stream = Open();
        if (!stream.CanSeek || DecompressedText.Is(stream) || DecodedText.Is(stream))
        {
            // A pipe can be opened only once, and has no pieces; nor has what is compressed, or has to be decoded from its beginning.
            _whole = new StreamSource(_origin, () => LogText.Of(stream), time);
            await _whole.Batches.ForEachAsync(observer.OnNext, cancellation).ConfigureAwait(false);
            return;
        }

        using var joiner = new PieceJoiner(_origin, time);
        var reading = new Queue<Task<Piece>>();
        try
        {
            for (var (start, end) = (0L, long.MaxValue); (start < end || reading.Count > 0) && !cancellation.IsCancellationRequested;)
            {
                while (start < end && reading.Count <= Environment.ProcessorCount)
                {
                    var from = start;
                    start = Named(() => Piece.EndOf(stream.SafeFileHandle, from, PieceBytes));
                    end = start == from ? start : end;
                    Volatile.Write(ref _bytesRead, start);
                    var length = (int)(start - from);
                    reading.Enqueue(Task.Run(() => Named(() => Piece.Read(stream.SafeFileHandle, from, length, _origin, time, lookAhead)), CancellationToken.None));
                }

                Push(observer, joiner.Add(await reading.Dequeue().ConfigureAwait(false)));
            }

            Push(observer, cancellation.IsCancellationRequested ? null : joiner.Finish());
        }
        finally
        {
            // The file stays open until nobody reads it any more.
            await Task.WhenAll(reading).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    private static void Push(IObserver<EventBatch> observer, EventBatch? batch)
    {
        if (batch is not null)
        {
            observer.OnNext(batch);
        }
    }

    private FileStream Open() => Named(() => LogText.OpenFile(path));

    private T Named<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot read '{path}': {problem.Message}", problem);
        }
    }
}
