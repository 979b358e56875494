using AuditWatch.Events.Json;

namespace AuditWatch.Events;

/// <summary>
/// Whether a JSON object is an audit event, by the fields that were found in it. API servers always write a verb and a user, of a request without valid
/// credentials an empty one; so a record without is another product's, and would look clean to every detection.
/// </summary>
internal static class EventShape
{
    private static ReadOnlySpan<byte> Kind => "\"Event\""u8;

    private static ReadOnlySpan<byte> Group => "\"audit.k8s.io/"u8;

    /// <summary>Whether it has an auditID or a stage, a verb and a user, and is of no other kind.</summary>
    /// <param name="text">The text of the batch.</param>
    /// <param name="slots">Where in it the fields stand, as <see cref="EventBatch"/> keeps them.</param>
    public static bool IsEvent(ReadOnlySpan<byte> text, ReadOnlySpan<int> slots) =>
        (Has(slots, EventField.AuditId) || Has(slots, EventField.Stage)) && IsAsked(text, slots) && IsOfKind(text, slots) && !IsForeign(text, slots);

    /// <summary>What keeps an object that is not an audit event from being one, in words.</summary>
    /// <param name="text">The text of the batch.</param>
    /// <param name="slots">Where in it the fields stand.</param>
    /// <param name="record">The object.</param>
    public static string Lack(ReadOnlySpan<byte> text, ReadOnlySpan<int> slots, ReadOnlySpan<byte> record) =>
        Has(slots, EventField.AuditId) && ForeignLog.IsRancherRecord(JsonValue.FromJson(record)) ? ForeignLog.Rancher
        : !Has(slots, EventField.AuditId) && !Has(slots, EventField.Stage) ? "a JSON object without auditID and stage: not an audit event"
        : !IsOfKind(text, slots) ? "an object of another kind than the Event of audit.k8s.io"
        : "a JSON object with an auditID or a stage, but without verb or user: not an audit event";

    private static bool IsAsked(ReadOnlySpan<byte> text, ReadOnlySpan<int> slots) =>
        Has(slots, EventField.Verb) && text[slots[At(EventField.Verb)]] == '"' && Has(slots, EventField.User) && text[slots[At(EventField.User)]] == '{';

    private static bool IsOfKind(ReadOnlySpan<byte> text, ReadOnlySpan<int> slots)
    {
        var kind = Slot(text, slots, EventField.Kind);
        var version = Slot(text, slots, EventField.ApiVersion);
        return (kind.IsEmpty || kind.SequenceEqual(Kind) || JsonValue.FromJson(kind).Is(Kind[1..^1]))
            && (version.IsEmpty || version.StartsWith(Group) || version.StartsWith("\"audit.k8s.io\\/"u8));
    }

    /// <summary>Whether it is a record of Rancher's API audit log, as versions before 2.11 write it.</summary>
    public static bool IsRancher(ReadOnlySpan<byte> text, ReadOnlySpan<int> slots) =>
        (Has(slots, EventField.AuditId) || Has(slots, EventField.Stage)) && IsForeign(text, slots);

    // The user of a request without valid credentials is {}. Rancher writes the verb of such a one in capitals, Kubernetes never does.
    private static bool IsForeign(ReadOnlySpan<byte> text, ReadOnlySpan<int> slots) =>
        !Has(slots, EventField.UserName)
        && ((Slot(text, slots, EventField.User) is { Length: > 2 } user && ForeignLog.IsRancherUser(JsonValue.FromJson(user)))
            || Slot(text, slots, EventField.Verb) is [(byte)'"', >= (byte)'A' and <= (byte)'Z', ..]);

    private static int At(EventField field) => 2 + (2 * (int)field);

    private static bool Has(ReadOnlySpan<int> slots, EventField field) => slots[At(field) + 1] != 0;

    private static ReadOnlySpan<byte> Slot(ReadOnlySpan<byte> text, ReadOnlySpan<int> slots, EventField field) => text.Slice(slots[At(field)], slots[At(field) + 1]);
}
