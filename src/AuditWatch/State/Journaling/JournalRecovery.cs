using Microsoft.Extensions.Logging;

namespace AuditWatch.State.Journaling;

/// <summary>Reads a directory at the start. Nothing in it is changed unless all of it is sound.</summary>
internal sealed class JournalRecovery(SegmentChain chain, JournalIndex index, ILogger logger)
{
    private readonly List<string> _obsolete = [];

    /// <summary>Reads what there is, cuts off what a crash has left of the last write, deletes what does not count, and starts a log if there is none.</summary>
    /// <exception cref="StateException">A file is damaged, missing or foreign.</exception>
    public void Run()
    {
        var (snapshot, logs) = Find();
        if (snapshot is not null)
        {
            Replay(snapshot, snapshot.Header.Length);
        }

        for (var i = 0; i < logs.Count - 1; i++)
        {
            Replay(logs[i], logs[i + 1].Header.Length);
        }

        if (logs.Count > 0)
        {
            ReplayLast(logs[^1]);
        }
        else
        {
            chain.StartLog();
        }

        _obsolete.ForEach(chain.TryDelete);
        chain.ReportSize();
    }

    // The files that count. The numbers of the logs must have no gap: one that is missing would take commits with it that later ones build on.
    private (Segment? Snapshot, List<Segment> Logs) Find()
    {
        var snapshots = new SortedList<long, string>();
        var logs = new SortedList<long, string>();
        foreach (var path in Directory.EnumerateFiles(chain.Directory))
        {
            if (SegmentHeader.TryParseName(Path.GetFileName(path), out var isSnapshot, out var number))
            {
                (isSnapshot ? snapshots : logs).Add(number, path);
            }
            else if (SegmentHeader.TryParseName(Path.GetFileNameWithoutExtension(path), out _, out _) && Path.GetExtension(path) == SegmentChain.UnfinishedExtension)
            {
                _obsolete.Add(path);
            }
        }

        var covered = snapshots.Count > 0 ? snapshots.GetKeyAtIndex(snapshots.Count - 1) : 0;
        _obsolete.AddRange(snapshots.Where(file => file.Key < covered).Concat(logs.Where(file => file.Key <= covered)).Select(file => file.Value));
        var found = logs.Where(file => file.Key > covered).ToList();
        var expected = Math.Max(found.Count, snapshots.Count > 0 ? 1 : 0);
        for (var i = 0; i < expected; i++)
        {
            var number = covered + 1 + i;
            if (i >= found.Count || found[i].Key != number)
            {
                var missing = Path.Combine(chain.Directory, new SegmentHeader(IsSnapshot: false, number, 0, 0).FileName);
                throw new StateException($"{missing} is missing: the files after or before it build on it. {Advice.MoveAway(missing)}");
            }
        }

        return (snapshots.TryGetValue(covered, out var snapshot) ? Open(snapshot) : null, [.. found.Select(file => Open(file.Value))]);
    }

    private Segment Open(string path)
    {
        var file = chain.Files.Open(path);
        try
        {
            var bytes = new byte[SegmentHeader.Size];
            var segment = new Segment(path, file, SegmentHeader.Read(bytes.AsSpan(0, RandomAccess.Read(file, bytes, 0)), path), chain.Files);
            chain.Add(segment);
            return segment;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void Replay(Segment segment, long end)
    {
        if (RandomAccess.GetLength(segment.File) is var length && length < end)
        {
            throw segment.Damaged(length, $"it ends there and not at byte {end}");
        }

        var reader = Replay(segment, new SegmentReader(segment, end));
        if (reader.Position != end)
        {
            throw segment.Damaged(reader.Position, "a checksum is wrong");
        }
    }

    private void ReplayLast(Segment log)
    {
        var length = RandomAccess.GetLength(log.File);
        var reader = Replay(log, new SegmentReader(log, length));
        if (reader.Position != length)
        {
            if (reader.WasDurable())
            {
                throw log.Damaged(reader.Position, "a checksum is wrong");
            }

            logger.LogWarning("{Path}: cut off the last {Bytes} bytes, which a crash has left of a commit that was not acknowledged.", log.Path, length - reader.Position);
            chain.Files.SetLength(log.File, reader.Position);
        }

        // After a crash of the process alone, what was read may not be durable yet.
        chain.Files.Flush(log.File);
    }

    private SegmentReader Replay(Segment segment, SegmentReader reader)
    {
        while (reader.TryRead(out var changes, out var offset))
        {
            try
            {
                index.Apply(segment, offset, changes);
            }
            catch (InvalidDataException problem)
            {
                throw segment.Damaged(offset, $"what is there is none of this version's changes ({problem.Message})");
            }
        }

        segment.Length = reader.Position;
        return reader;
    }
}
