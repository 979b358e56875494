using System.Reactive.Linq;
using AuditWatch.Events;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.FileTail;

/// <summary>
/// Follows a log as it grows, through the files it is rotated to: from the last checkpoint on, each of them is read to its end before the next,
/// whatever it is called by then, compressed or not. A log that is cut short is read on in its copy, if there is one, and then from its start; a last line
/// without its newline waits for it. What is missing or cannot be read is tried again until it can.
/// </summary>
/// <remarks>
/// Rejections count lines from where the reading of a file began. What is written to a log between its being copied and its being cut short is lost
/// to every reader; a file that is made, rotated and deleted between two looks leaves no trace.
/// </remarks>
/// <param name="options">Which log, and how.</param>
/// <param name="lastCheckpoint">The value of the last checkpoint that was committed with a key; null if there was none.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears what happens to the files, once each time it happens.</param>
public sealed class FileTailSource(
    FileTailOptions options, Func<string, ReadOnlyMemory<byte>?> lastCheckpoint, TimeProvider time, ILogger<FileTailSource> logger) : IAuditSource
{
    /// <inheritdoc/>
    /// <remarks>Neither ends nor fails. A batch without events may come first, for the sake of its checkpoint.</remarks>
    public IObservable<EventBatch> Batches => Observable.Create<EventBatch>(async (observer, cancellation) =>
    {
        using var tail = new FileTail(options, lastCheckpoint, time, logger, observer);
        await tail.FollowAsync(cancellation).ConfigureAwait(false);
    });
}
