using System.Reactive.Linq;
using AuditWatch.Events;
using AuditWatch.Sources.LogFile;

namespace AuditWatch.Sources;

/// <summary>A source that reads a log of the past, a compressed file or standard input, to its end, as fast as the pipeline takes the batches.</summary>
/// <param name="origin">Where the events come from.</param>
/// <param name="open">Opens the stream, anew for each subscription.</param>
/// <param name="time">The clock for <see cref="EventBatch.ReceivedAt"/>.</param>
public sealed class StreamSource(EventOrigin origin, Func<Stream> open, TimeProvider time) : IAuditSource
{
    /// <summary>What the origin of events on standard input is called.</summary>
    public const string StandardInput = "stdin";

    private long _bytesRead;

    /// <inheritdoc/>
    /// <remarks>Fails with an <see cref="IOException"/> that names the stream if it cannot be opened or read.</remarks>
    public IObservable<EventBatch> Batches => Observable.Create<EventBatch>(ReadAsync);

    /// <summary>How many bytes have been read so far, of a compressed file as they are in the file. Safe to ask from any thread.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>The events on standard input, until it is closed.</summary>
    /// <param name="time">Tells when a batch arrived.</param>
    public static StreamSource FromStandardInput(TimeProvider time) => new(new EventOrigin(StandardInput), () => new DecodedText(Console.OpenStandardInput()), time);

    private async Task ReadAsync(IObserver<EventBatch> observer, CancellationToken cancellation)
    {
        // Whoever subscribes can leave again before the end, even if the stream never makes anybody wait.
        await Task.Yield();
        using var stream = Open();
        using var reader = new EventBatchReader(stream, origin, time);
        var times = new TimeInLog();
        while (await NextAsync(stream, reader, cancellation).ConfigureAwait(false) is { } batch)
        {
            times.Settle(batch);
            observer.OnNext(batch);
        }

        if (reader.Finish() is { } last)
        {
            times.Settle(last);
            observer.OnNext(last);
        }
    }

    private async Task<EventBatch?> NextAsync(Stream stream, EventBatchReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Named(problem);
        }
        finally
        {
            Volatile.Write(ref _bytesRead, (stream as DecodedText)?.BytesRead ?? reader.BytesRead);
        }
    }

    private Stream Open()
    {
        try
        {
            return open();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Named(problem);
        }
    }

    private IOException Named(Exception problem) => new($"cannot read '{origin.Source}': {problem.Message}", problem);
}
