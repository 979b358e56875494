using AuditWatch.State;

namespace AuditWatch.Alerts;

/// <summary>How silences stand in the state: a record for each, by id.</summary>
internal static class SilenceRecords
{
    private const string Table = "silences";

    /// <summary>Keeps a silence as it now is, and forgets one; null for none.</summary>
    public static void Save(Silence? changed, Silence? forgotten, StateChanges changes)
    {
        if (changed is not null)
        {
            changes.Put(Table, changed.Id, SilenceJson.Serialize(changed));
        }

        if (forgotten is not null)
        {
            changes.Delete(Table, forgotten.Id);
        }
    }

    /// <summary>The silences that were kept.</summary>
    public static IEnumerable<Silence> Load(IStateStore store) => store.Read(Table).Select(record => SilenceJson.Deserialize(record.Value));
}
