namespace AuditWatch.Alerts;

/// <summary>A value that findings of an alert have in a field which its detection names under <c>updates</c>. Immutable.</summary>
/// <param name="Field">The field.</param>
/// <param name="Value">The value; empty for all that are not kept by themselves.</param>
/// <param name="Count">How many of the alert's findings have it.</param>
/// <param name="Since">What the alert counted when it first had it: whoever was told of fewer findings has not heard of it.</param>
public sealed record AlertUpdate(string Field, string Value, int Count, int Since)
{
    /// <summary>The most values of a field that are kept: the first half as many, and the latest. Of the others only the number is known.</summary>
    public const int MaxValues = 20;

    /// <summary>Adds what a finding has to what an alert has.</summary>
    /// <param name="known">What the alert has.</param>
    /// <param name="values">The values of the finding, by field.</param>
    /// <param name="findings">How many findings it stands for.</param>
    /// <param name="since">What the alert counts with it.</param>
    internal static IReadOnlyList<AlertUpdate> Add(IReadOnlyList<AlertUpdate> known, IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> values, int findings, int since)
    {
        if (values.Count == 0)
        {
            return known;
        }

        var updates = known.ToList();
        foreach (var (field, texts) in values)
        {
            foreach (var value in texts)
            {
                if (value.Length == 0)
                {
                    continue;
                }

                var place = PlaceOf(updates, field, value);
                if (place >= 0)
                {
                    updates[place] = updates[place] with { Count = updates[place].Count + findings };
                }
                else
                {
                    MakeRoom(updates, field);
                    updates.Add(new AlertUpdate(field, value, findings, since));
                }
            }
        }

        return updates;
    }

    private static int PlaceOf(List<AlertUpdate> updates, string field, string value)
    {
        for (var i = 0; i < updates.Count; i++)
        {
            if (updates[i].Value == value && updates[i].Field == field)
            {
                return i;
            }
        }

        return -1;
    }

    // The one after the first half goes: what it was is in the history of what people were told.
    private static void MakeRoom(List<AlertUpdate> updates, string field)
    {
        var places = Enumerable.Range(0, updates.Count).Where(place => updates[place].Field == field && updates[place].Value.Length > 0).ToList();
        if (places.Count < MaxValues)
        {
            return;
        }

        var leaving = updates[places[MaxValues / 2]];
        updates.RemoveAt(places[MaxValues / 2]);
        var others = PlaceOf(updates, field, "");
        if (others >= 0)
        {
            updates[others] = updates[others] with { Count = updates[others].Count + leaving.Count };
        }
        else
        {
            updates.Add(leaving with { Value = "" });
        }
    }
}
