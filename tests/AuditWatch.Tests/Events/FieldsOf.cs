using System.Text;
using AuditWatch.Events;
using AuditWatch.Events.Json;

namespace AuditWatch.Tests.Events;

/// <summary>What the fields of a small event are.</summary>
internal static class FieldsOf
{
    /// <summary>All values of a field, objects and arrays as JSON.</summary>
    public static IReadOnlyList<string> Event(string members, string field)
    {
        using var batch = Batch(members);
        var values = new Values();
        FieldPath.Parse(field).Any(batch[0], values);
        return values.Seen;
    }

    /// <summary>The text of a field that a person would be shown.</summary>
    public static string? Shown(string members, string field)
    {
        using var batch = Batch(members);
        return EventText.Of(batch[0], FieldPath.Parse(field));
    }

    public static EventBatch Batch(string members)
    {
        var batch = new EventBatch(new EventOrigin("audit.log", "prod"), DateTimeOffset.UnixEpoch);
        batch.Append(Encoding.UTF8.GetBytes(SmallEvent.With(members)));
        new AuditEventReader("test").Read(batch, isFinal: true);
        Assert.Equal(1, batch.Count);
        return batch;
    }

    private sealed class Values : IValueVisitor
    {
        public List<string> Seen { get; } = [];

        public bool Visit(JsonValue value)
        {
            Seen.Add(value.ToString());
            return false;
        }
    }
}
