using System.Reactive.Linq;
using AuditWatch.Events;
using Microsoft.Extensions.Logging;

namespace AuditWatch.Sources.FileTail;

/// <summary>
/// Follows a log file as it grows. A file that is renamed is read to its end before the one that takes its name; a file that is cut short is
/// read again from its start; a last line without its newline waits for it. A file that is missing or cannot be read is tried again until it can.
/// </summary>
/// <remarks>
/// Rejections count lines from where the reading began. A file that is cut short and has outgrown what was read of it by the time anybody
/// looks cannot be told from one that merely grew.
/// </remarks>
/// <param name="options">Which file, and how.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears what happens to the file, once each time it happens.</param>
public sealed class FileTailSource(FileTailOptions options, TimeProvider time, ILogger<FileTailSource> logger) : IAuditSource
{
    /// <inheritdoc/>
    /// <remarks>Neither ends nor fails.</remarks>
    public IObservable<EventBatch> Batches => Observable.Create<EventBatch>(async (observer, cancellation) =>
    {
        using var tail = new FileTail(options, time, logger, observer);
        await tail.FollowAsync(cancellation).ConfigureAwait(false);
    });
}
