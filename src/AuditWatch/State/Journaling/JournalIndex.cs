namespace AuditWatch.State.Journaling;

/// <summary>Where each record lies, and what is to be changed by commits that are not durable yet. Thread-safe.</summary>
internal sealed class JournalIndex
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<string, Location>> _tables = new(StringComparer.Ordinal);
    private readonly Queue<Commit> _accepted = new();
    private bool _isClosed;

    /// <summary>How many bytes it takes to put all durable records.</summary>
    public long LiveBytes { get; private set; }

    /// <summary>Takes a commit that comes after all others and is not durable yet.</summary>
    public void Accept(Commit commit)
    {
        lock (_lock)
        {
            _accepted.Enqueue(commit);
        }
    }

    /// <summary>Says that the commits accepted first are durable.</summary>
    /// <param name="commits">The commits, in their order.</param>
    /// <param name="log">Where they lie.</param>
    /// <param name="offsets">Where in there their frames begin.</param>
    public void MakeDurable(IReadOnlyList<Commit> commits, Segment log, long[] offsets)
    {
        lock (_lock)
        {
            for (var i = 0; i < commits.Count; i++)
            {
                ApplyLocked(log, offsets[i] + Frame.HeaderSize, commits[i].Changes);
                _accepted.Dequeue();
            }
        }
    }

    /// <summary>Makes durable changes.</summary>
    /// <param name="segment">Where they lie.</param>
    /// <param name="offset">Where in there they begin.</param>
    /// <param name="changes">The changes.</param>
    /// <exception cref="InvalidDataException">These are not changes.</exception>
    public void Apply(Segment segment, long offset, ReadOnlySpan<byte> changes)
    {
        lock (_lock)
        {
            ApplyLocked(segment, offset, changes);
        }
    }

    /// <summary>The durable records, in no order.</summary>
    public List<IndexedRecord> DurableRecords()
    {
        lock (_lock)
        {
            return [.. _tables.SelectMany(table => table.Value.Select(record => new IndexedRecord(table.Key, record.Key, record.Value)))];
        }
    }

    /// <summary>Whether a durable record still is what it was.</summary>
    public bool IsCurrent(in IndexedRecord record)
    {
        lock (_lock)
        {
            return IsCurrentLocked(record);
        }
    }

    /// <summary>Says where copies of records lie; those that have changed meanwhile are passed over. Then does <paramref name="andThen"/>.</summary>
    /// <param name="copies">The records as they were copied, and where to.</param>
    /// <param name="andThen">Gives up the originals: nobody looks for them any more, though some may still read them.</param>
    public void Move(IEnumerable<(IndexedRecord Original, Location Copy)> copies, Action andThen)
    {
        lock (_lock)
        {
            foreach (var (original, copy) in copies)
            {
                if (IsCurrentLocked(original))
                {
                    _tables[original.Table][original.Key] = copy;
                }
            }

            andThen();
        }
    }

    /// <summary>The records of a table with all commits accepted so far. The segments that they lie in are pinned until it is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The index has been closed.</exception>
    public TableSnapshot Snapshot(string table)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(Journal));
            return new TableSnapshot(table, _tables.TryGetValue(table, out var records) ? new(records, StringComparer.Ordinal) : new(StringComparer.Ordinal), [.. _accepted]);
        }
    }

    /// <summary>Gives no more snapshots.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }
    }

    private bool IsCurrentLocked(in IndexedRecord record) =>
        _tables.TryGetValue(record.Table, out var records) && records.TryGetValue(record.Key, out var now) && now == record.Place;

    private void ApplyLocked(Segment segment, long offset, ReadOnlySpan<byte> changes)
    {
        for (var reader = ChangeEncoding.Read(changes); reader.MoveNext();)
        {
            if (!_tables.TryGetValue(reader.Table, out var records))
            {
                _tables.Add(reader.Table, records = new Dictionary<string, Location>(StringComparer.Ordinal));
            }

            if (records.Remove(reader.Key, out var before))
            {
                LiveBytes -= ChangeEncoding.SizeOfPut(reader.Table, reader.Key, before.Length);
            }

            if (reader.ValueLength is { } length)
            {
                LiveBytes += ChangeEncoding.SizeOfPut(reader.Table, reader.Key, length);
                records.Add(reader.Key, new Location(segment, offset + reader.ValueOffset, length, Crc32C.Of(changes.Slice(reader.ValueOffset, length))));
            }
        }
    }
}

/// <summary>A durable record.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Key">Its key.</param>
/// <param name="Place">Where its value lies.</param>
internal readonly record struct IndexedRecord(string Table, string Key, Location Place);
