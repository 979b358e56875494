using AuditWatch.State;

namespace AuditWatch.Alerts;

/// <summary>Silences that were added at run time, as rows of <see cref="StateTables.Silences"/>.</summary>
internal static class SilenceRecords
{
    /// <summary>Keeps a silence as it now is, and forgets one; null for none.</summary>
    public static void Save(Silence? changed, Silence? forgotten, StateChanges changes)
    {
        if (changed is not null)
        {
            changes.Put(StateTables.Silences,
            [
                changed.Id, NestedJson.Write([.. changed.Matchers.Select(matcher => matcher.ToString())]), changed.CreatedBy, changed.Comment, changed.StartsAt, changed.EndsAt,
            ]);
        }

        if (forgotten is not null)
        {
            changes.Delete(StateTables.Silences, forgotten.Id);
        }
    }

    /// <summary>The silences that were kept.</summary>
    public static IEnumerable<Silence> Load(IStateStore store) => store.Read(StateTables.Silences).Select(row => new Silence
    {
        Id = row.Text("id"),
        Matchers = new Matchers(NestedJson.ReadTexts(row.Text("matchers")).SelectMany(Matchers.Parse)),
        CreatedBy = row.Text("created_by"),
        Comment = row.Text("comment"),
        StartsAt = row.Time("starts_at"),
        EndsAt = row.Time("ends_at"),
    });
}
