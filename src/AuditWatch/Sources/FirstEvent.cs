using AuditWatch.Events;

namespace AuditWatch.Sources;

/// <summary>The first event of a log, which says where the log belongs in the order of logs.</summary>
internal static class FirstEvent
{
    // Enough for what a line cut in two may leave at the start of a copy; a file without events is not read to its end.
    private const int MaxBytes = EventBatchReader.DefaultMaxEventBytes;

    /// <summary>When the first event of a file was written, by its own account. Files may be compressed, or in another form than UTF-8.</summary>
    /// <param name="path">The file; not a pipe, for what is read of that is gone.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Its stageTimestamp, else its requestReceivedTimestamp; null if there is no such event near the start of the file, or the file cannot be read.</returns>
    public static async Task<DateTimeOffset?> TimeAsync(string path, CancellationToken cancellation)
    {
        try
        {
            using var text = LogText.Of(LogText.OpenFile(path));
            return await TimeAsync(text, cancellation).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The same, of a text that stands at its start.</summary>
    internal static async Task<DateTimeOffset?> TimeAsync(Stream text, CancellationToken cancellation)
    {
        using var reader = new EventBatchReader(text, new EventOrigin(""), TimeProvider.System) { BatchBytes = 1 << 16 };
        while (reader.BytesRead < MaxBytes && await reader.ReadAsync(cancellation).ConfigureAwait(false) is { } batch)
        {
            using (batch)
            {
                if (batch.Count > 0)
                {
                    return TimeOf(batch[0]);
                }
            }
        }

        // The only event may lack the end of its line.
        using var last = reader.Finish();
        return last is { Count: > 0 } ? TimeOf(last[0]) : null;
    }

    /// <summary>When an event was written, by its own account: long after the request was received where that took long.</summary>
    internal static DateTimeOffset? TimeOf(AuditEvent auditEvent) => auditEvent.TryGetStageTime(out var time) ? time : null;
}
