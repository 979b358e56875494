using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>
/// Finds in a batch what the detections look for: the seam for another engine, which is one folder and one registration.
/// Called by one thread at a time, batch after batch in the order they arrived.
/// </summary>
public interface IDetectionEngine
{
    /// <summary>
    /// Finds the requests that detections match, each detection and request once, however many stages and repeats of it arrive.
    /// Adds the findings to <paramref name="findings"/> in the order of the events.
    /// </summary>
    /// <param name="batch">The events; read, and not kept.</param>
    /// <param name="findings">
    /// Where the findings go, valid as long as the batch: see <see cref="Finding.Settled"/>. Those that count towards correlations carry their values for them.
    /// </param>
    void Detect(EventBatch batch, ICollection<Finding> findings);

    /// <summary>
    /// Does ahead of time what <see cref="Detect"/> need not do in the order of the batches, for one that will be given to it. Called by any thread, also
    /// while others are at other batches or at <see cref="Detect"/>. Default: nothing.
    /// </summary>
    /// <param name="batch">The events; nothing is said about them yet.</param>
    void LookAhead(EventBatch batch)
    {
    }
}
