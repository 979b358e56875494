namespace AuditWatch.State.Journaling;

/// <summary>The records of a table at a moment.</summary>
internal sealed class TableSnapshot : IDisposable
{
    private readonly string _table;
    private readonly Dictionary<string, Location> _records;
    private readonly Commit[] _accepted;
    private readonly HashSet<Segment> _pinned = [];

    /// <summary>A snapshot of a table, and the commits that come after it. Pins the segments, so nothing may retire them meanwhile.</summary>
    public TableSnapshot(string table, Dictionary<string, Location> records, Commit[] accepted)
    {
        _table = table;
        _records = records;
        _accepted = accepted;
        foreach (var place in records.Values)
        {
            if (place.Source is Segment segment && _pinned.Add(segment))
            {
                segment.Pin();
            }
        }
    }

    /// <summary>Reads the records, in the order of their keys.</summary>
    public IEnumerable<StateRecord> Read()
    {
        foreach (var commit in _accepted)
        {
            Apply(commit);
        }

        foreach (var key in _records.Keys.Order(StringComparer.Ordinal))
        {
            var place = _records[key];
            yield return new StateRecord(key, place.Source.Read(place));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var segment in _pinned)
        {
            segment.Unpin();
        }
    }

    private void Apply(Commit commit)
    {
        for (var reader = ChangeEncoding.Read(commit.Changes); reader.MoveNext();)
        {
            if (reader.Table != _table)
            {
                continue;
            }

            if (reader.ValueLength is { } length)
            {
                _records[reader.Key] = new Location(commit, Frame.HeaderSize + reader.ValueOffset, length, 0);
            }
            else
            {
                _records.Remove(reader.Key);
            }
        }
    }
}
