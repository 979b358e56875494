using System.Reactive.Linq;
using AuditWatch.Events;

namespace AuditWatch.Host.Scan;

/// <summary>Logs of the past, read from beginning to end, one after the other.</summary>
internal sealed class LogFiles
{
    private const string StandardInput = "-";
    private const int BatchBytes = 1 << 20;
    private const int MaxEventBytes = 64 << 20;

    private readonly IReadOnlyList<string> _paths;
    private readonly TimeProvider _time;

    /// <summary>Logs that can be read.</summary>
    /// <param name="paths">The files; <c>-</c> is standard input.</param>
    /// <param name="time">The clock for events that have no time.</param>
    /// <exception cref="UsageException">One of them cannot be opened.</exception>
    public LogFiles(IReadOnlyList<string> paths, TimeProvider time)
    {
        _paths = paths;
        _time = time;
        foreach (var path in paths)
        {
            Open(path).Dispose();
        }

        Length = paths.Sum(path => File.Exists(path) ? new FileInfo(path).Length : 0);
    }

    /// <summary>How many bytes there are to read; 0 if nobody knows.</summary>
    public long Length { get; }

    /// <summary>The batches of all files. Subscribing reads them; a subscriber that is done with a batch disposes of it.</summary>
    /// <param name="cancellation">Ends the reading between two batches.</param>
    public IObservable<EventBatch> Read(CancellationToken cancellation) => Observable.Create<EventBatch>(observer =>
    {
        foreach (var path in _paths)
        {
            using var stream = Open(path);
            Read(stream, new EventOrigin(path == StandardInput ? "stdin" : path), observer, cancellation);
        }

        observer.OnCompleted();
        return () => { };
    });

    private void Read(Stream stream, EventOrigin origin, IObserver<EventBatch> observer, CancellationToken cancellation)
    {
        var reader = new AuditEventReader(origin.Source);
        var batch = new EventBatch(origin, _time.GetUtcNow(), BatchBytes);
        for (var isFinal = false; !isFinal && !cancellation.IsCancellationRequested;)
        {
            isFinal = !Fill(batch, stream);
            var consumed = reader.Read(batch, isFinal);
            if (consumed == 0 && batch.TextLength > MaxEventBytes)
            {
                reader.RejectOversized(batch, MaxEventBytes);
                consumed = reader.Read(batch, isFinal);
            }

            if (consumed > 0 || isFinal || batch.RejectedCount > 0)
            {
                var next = new EventBatch(origin, _time.GetUtcNow(), BatchBytes);
                next.Append(batch.Text[consumed..]);
                observer.OnNext(batch);
                batch = next;
            }
        }

        batch.Dispose();
    }

    // Adds about a batch's worth of text; false at the end of the stream.
    private static bool Fill(EventBatch batch, Stream stream)
    {
        for (var wanted = BatchBytes; wanted > 0;)
        {
            var read = stream.Read(batch.GetMemory().Span);
            if (read == 0)
            {
                return false;
            }

            batch.Advance(read);
            wanted -= read;
        }

        return true;
    }

    private static Stream Open(string path)
    {
        if (path == StandardInput)
        {
            return Console.OpenStandardInput();
        }

        try
        {
            return new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan, Share = FileShare.ReadWrite | FileShare.Delete });
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot read '{path}': {problem.Message}");
        }
    }
}
