using AuditWatch.Events;
using AuditWatch.Events.Derived;

namespace AuditWatch.Detection;

/// <summary>Copies out of an event what a person needs to know of its request.</summary>
internal static class RequestSnapshots
{
    private static readonly FieldPath Command = FieldPath.Parse("command");
    private static readonly FieldPath Reason = FieldPath.Parse("annotations.authorization.k8s.io/reason");

    public static RequestSnapshot Of(in AuditEvent auditEvent) => new()
    {
        AuditId = EventText.OfUnique(auditEvent[EventField.AuditId]),
        Stage = EventText.Of(auditEvent[EventField.Stage]),
        Time = auditEvent.Time,
        Verb = EventText.Of(auditEvent[EventField.Verb]),
        RequestUri = EventText.Of(auditEvent[EventField.RequestUri]),
        User = EventText.Of(auditEvent[EventField.UserName]),
        ImpersonatedUser = EventText.Of(auditEvent[EventField.ImpersonatedUserName]),
        ClientIP = EventText.Of(ClientIP.Of(auditEvent)),
        UserAgent = EventText.Of(auditEvent[EventField.UserAgent]),
        ObjectRef = auditEvent[EventField.ObjectRef].Kind != JsonKind.Object ? null : new ObjectReference(
            EventText.Of(auditEvent[EventField.ObjectRefApiGroup]),
            EventText.Of(auditEvent[EventField.ObjectRefResource]),
            EventText.Of(auditEvent[EventField.ObjectRefSubresource]),
            EventText.Of(auditEvent[EventField.ObjectRefNamespace]),
            EventText.Of(auditEvent[EventField.ObjectRefName])),
        Code = auditEvent[EventField.ResponseStatusCode].TryGetInt64(out var code) ? (int)code : null,
        Outcome = EventText.Of(Outcome.Of(auditEvent)) ?? "",
        Reason = EventText.Of(auditEvent, Reason) is { Length: > 0 } reason ? reason : null,
        Command = EventText.Of(auditEvent, Command),
    };
}
