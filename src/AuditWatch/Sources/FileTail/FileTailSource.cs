using System.Reactive.Linq;
using AuditWatch.Events;
using AuditWatch.Telemetry;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.FileTail;

/// <summary>
/// A source that follows a log as it grows and through the files that it is rotated to. It starts at the last checkpoint and reads each file to its end before the
/// next, whatever its name is by then, compressed or not. Of a truncated log the copy is read on, if there is one, and then the log from its start. A last
/// line without a line feed waits for it. A file that is missing or cannot be read is tried again.
/// </summary>
/// <remarks>
/// Rejections count lines from where the reading of a file began. What is written to a log between its being copied and its being cut short is lost
/// to every reader; a file that is made, rotated and deleted between two looks leaves no trace.
/// </remarks>
/// <param name="options">The log, and how to follow it.</param>
/// <param name="lastCheckpoint">Returns the value of the last checkpoint that was stored under a key; null if there was none.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told, once each time, of rotations, truncations, lost files and errors.</param>
/// <param name="metrics">Counts. Default: those of the process.</param>
internal sealed class FileTailSource(
    FileTailOptions options, Func<string, ReadOnlyMemory<byte>?> lastCheckpoint, TimeProvider time, ILogger<FileTailSource> logger, ServiceMetrics? metrics = null) : IAuditSource
{
    /// <inheritdoc/>
    /// <remarks>Neither ends nor fails. A batch without events may come first, for the sake of its checkpoint.</remarks>
    public IObservable<EventBatch> Batches => Observable.Create<EventBatch>(async (observer, cancellation) =>
    {
        using var tail = new FileTail(options, lastCheckpoint, time, logger, (metrics ?? ServiceMetrics.Shared).Sources, observer);
        await tail.FollowAsync(cancellation).ConfigureAwait(false);
    });
}
