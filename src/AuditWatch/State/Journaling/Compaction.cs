namespace AuditWatch.State.Journaling;

/// <summary>
/// Copies what is live of all segments into a snapshot that takes their place. Commits go on meanwhile, in a log that comes after it. A crash at any
/// point leaves either the segments or the snapshot in force. For the thread that writes.
/// </summary>
internal sealed class Compaction
{
    private readonly SegmentChain _chain;
    private readonly JournalIndex _index;
    private readonly int _sliceBytes;
    private readonly List<IndexedRecord> _records;
    private readonly List<(IndexedRecord Original, Location Copy)> _copies = [];
    private readonly Segment _snapshot;
    private int _next;

    /// <summary>Begins: starts a new log, and a snapshot for what lies before it.</summary>
    /// <exception cref="Exception">It could not; nothing is changed but that there may be a new log.</exception>
    public Compaction(SegmentChain chain, JournalIndex index, int sliceBytes)
    {
        _chain = chain;
        _index = index;
        _sliceBytes = sliceBytes;
        Size = SizeOfSnapshot(index.LiveBytes);
        var log = chain.StartLog();
        _snapshot = chain.Create(new SegmentHeader(IsSnapshot: true, log.Header.Number - 1, 0, 0));
        _records = index.DurableRecords();
    }

    /// <summary>The most bytes that the snapshot will take.</summary>
    public long Size { get; }

    /// <summary>The most bytes that a snapshot takes, frames and all.</summary>
    public static long SizeOfSnapshot(long liveBytes) => liveBytes + (liveBytes / 512) + 1024;

    /// <summary>Copies one slice; after the last one, puts the snapshot in force.</summary>
    /// <returns>Whether it is in force.</returns>
    /// <exception cref="Exception">It failed; it can only be abandoned.</exception>
    public bool Step()
    {
        var slice = new List<IndexedRecord>();
        for (long bytes = 0; bytes < _sliceBytes && _next < _records.Count; _next++)
        {
            var record = _records[_next];
            if (_index.IsCurrent(record))
            {
                slice.Add(record);
                bytes += ChangeEncoding.SizeOfPut(record.Table, record.Key, record.Place.Length);
            }
        }

        if (slice.Count > 0)
        {
            Copy(slice);
            return false;
        }

        Finish();
        return true;
    }

    /// <summary>Gives up, also if the snapshot has its name already: what it was to stand for is still there.</summary>
    public void Abandon()
    {
        _chain.Discard(_snapshot);
        _chain.TryDelete(_snapshot.Path);
    }

    private void Copy(List<IndexedRecord> slice)
    {
        var frame = Frame.Encode([.. slice.Select(record => new StateChange(record.Table, record.Key, record.Place.Source.Read(record.Place)))]);
        var start = _chain.Append(_snapshot, [frame])[0] + Frame.HeaderSize;
        var changes = ChangeEncoding.Read(frame.AsSpan(Frame.HeaderSize));
        foreach (var record in slice)
        {
            changes.MoveNext();
            _copies.Add((record, record.Place with { Source = _snapshot, Offset = start + changes.ValueOffset }));
        }
    }

    private void Finish()
    {
        // The length is known only now. Until the header is written and the file has its name, it is nothing.
        _chain.Files.Write(_snapshot.File, [(_snapshot.Header with { Length = _snapshot.Length }).ToBytes()], 0);
        _chain.Publish(_snapshot);
        IReadOnlyList<Segment> replaced = [];
        _index.Move(_copies, () => replaced = _chain.Replace(_snapshot));
        foreach (var segment in replaced)
        {
            _chain.TryDelete(segment.Path);
        }
    }
}
