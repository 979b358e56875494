using System.Text.Json;
using System.Text.Json.Serialization;
using AuditWatch.State;

namespace AuditWatch.Alerts;

/// <summary>How alerts stand in the state: a record for each, by id.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Alert))]
internal sealed partial class AlertRecords : JsonSerializerContext
{
    private const string Table = "alerts";

    /// <summary>Keeps an alert as it stands after a change.</summary>
    public static void Save(AlertChange change, StateChanges changes)
    {
        if (change.Kind == AlertChangeKind.Forgotten)
        {
            changes.Delete(Table, change.Alert.Id);
        }
        else
        {
            changes.Put(Table, change.Alert.Id, JsonSerializer.SerializeToUtf8Bytes(change.Alert, Default.Alert));
        }
    }

    /// <summary>The alerts that were kept, in the order they were opened.</summary>
    public static IEnumerable<Alert> Load(IStateStore store) =>
        store.Read(Table).Select(record => JsonSerializer.Deserialize(record.Value.Span, Default.Alert)!).OrderBy(alert => alert.OpenedAt);
}
