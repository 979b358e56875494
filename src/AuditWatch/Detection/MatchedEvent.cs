using AuditWatch.Events;

namespace AuditWatch.Detection;

/// <summary>
/// An event that detections have matched. What a person needs to know of its request is copied out of it when somebody asks, once for all of its
/// findings: most of them only count for a correlation, or have been seen before, and are never told of. Valid as long as the event's batch. Not thread-safe.
/// </summary>
internal sealed class MatchedEvent(AuditEvent auditEvent)
{
    private RequestSnapshot? _request;

    public AuditEvent Event => auditEvent;

    public RequestSnapshot Request => _request ??= RequestSnapshots.Of(auditEvent);
}
