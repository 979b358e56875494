using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuditWatch.State;

namespace AuditWatch.Notifications.Delivery;

/// <summary>Notifications on their way and those that were given up, as rows of <see cref="StateTables.Notifications"/> and <see cref="StateTables.DeadLetters"/>.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Notification))]
internal sealed partial class DeliveryRecords : JsonSerializerContext
{
    // It is read by databases, not by browsers: six bytes for a letter that is none of ASCII would let texts grow far beyond their bounds.
    private static DeliveryRecords Plain => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static void Put(OutboxEntry entry, StateChanges changes)
    {
        var notification = entry.Notification;
        changes.Put(StateTables.Notifications,
        [
            entry.Key, entry.Integration, notification.Id, notification.Kind.Word(), notification.GroupKey, notification.DueAt, notification.Alerts.Count + notification.MoreAlerts, Content(notification),
        ]);
    }

    public static void Put(DeadLetter letter, StateChanges changes)
    {
        var (entry, notification) = (letter.Entry, letter.Entry.Notification);
        changes.Put(StateTables.DeadLetters,
        [
            entry.Key, entry.Integration, notification.Id, notification.Kind.Word(), letter.At, letter.Reason, notification.Alerts.Count + notification.MoreAlerts, Content(notification),
        ]);
    }

    public static OutboxEntry ReadEntry(StateRow row) =>
        new(row.Text("key"), row.Text("receiver"), JsonSerializer.Deserialize(row.Text("content"), Default.Notification)!);

    public static DeadLetter ReadDeadLetter(StateRow row) => new(ReadEntry(row), row.Text("reason"), row.Time("given_up_at"));

    private static string Content(Notification notification) => Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(notification, Plain.Notification));
}
