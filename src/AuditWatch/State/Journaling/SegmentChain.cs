using System.Security.Cryptography;

namespace AuditWatch.State.Journaling;

/// <summary>
/// The files that make up the journal, in the order in which they are read: at most one snapshot, then logs. A file has its name only once it is whole.
/// For one thread at a time.
/// </summary>
internal sealed class SegmentChain(string directory, JournalFiles files, JournalMetrics metrics) : IDisposable
{
    /// <summary>The extension of files that are not whole yet.</summary>
    public const string UnfinishedExtension = ".tmp";

    private readonly List<Segment> _segments = [];
    private Segment? _log;

    /// <summary>What is done to files.</summary>
    public JournalFiles Files => files;

    /// <summary>The directory.</summary>
    public string Directory => directory;

    /// <summary>How many bytes the files take.</summary>
    public long Bytes => _segments.Sum(segment => segment.Length);

    /// <summary>Whether there is no log with frames, so that a compaction would gain nothing.</summary>
    public bool IsCompact => _segments.TrueForAll(segment => segment.Header.IsSnapshot || segment.IsEmpty);

    /// <summary>The log that commits go to; null if a new one has to be started.</summary>
    public Segment? Log => _log;

    /// <summary>Puts a file last that was read from the directory.</summary>
    public void Add(Segment segment)
    {
        _segments.Add(segment);
        _log = segment.Header.IsSnapshot ? null : segment;
    }

    /// <summary>Appends frames to the log, starting a new one if there has to be. If that fails, the next attempt is made in a new one.</summary>
    /// <returns>The log, and where each of the frames begins.</returns>
    public (Segment Log, long[] Offsets) Append(IReadOnlyList<byte[]> frames)
    {
        var log = _log ?? StartLog();
        _log = null;
        try
        {
            var offsets = Append(log, frames);
            _log = log;
            ReportSize();
            return (log, offsets);
        }
        finally
        {
            if (_log is null)
            {
                CutOff(log);
            }
        }
    }

    /// <summary>Appends frames to a file that has not been published.</summary>
    /// <returns>Where each of the frames begins.</returns>
    public long[] Append(Segment segment, IReadOnlyList<byte[]> frames)
    {
        var offsets = segment.Append(frames);
        metrics.Synced();
        return offsets;
    }

    /// <summary>Starts a new log. Of the one before it, that counts which is durable now.</summary>
    public Segment StartLog()
    {
        // Until the new one stands, nothing may be appended to the old one: the new one may be in the directory already, and say how much of the old one counts.
        _log = null;
        var last = _segments.Count > 0 ? _segments[^1] : null;
        var header = last is { IsEmpty: true, Header.IsSnapshot: false }
            ? last.Header
            : new SegmentHeader(IsSnapshot: false, (last?.Header.Number ?? 0) + 1, 0, last?.Length ?? 0);
        var log = Create(header);
        try
        {
            files.Write(log.File, [log.Header.ToBytes()], 0);
            Publish(log);
        }
        catch
        {
            Discard(log);
            throw;
        }

        if (header == last?.Header)
        {
            _segments.RemoveAt(_segments.Count - 1);
            last.Retire();
        }

        Add(log);
        ReportSize();
        return log;
    }

    /// <summary>A file with a salt of its own and under a name that says that it is not whole.</summary>
    public Segment Create(SegmentHeader header)
    {
        var path = Path.Combine(directory, header.FileName);
        return new Segment(path, files.Create(path + UnfinishedExtension), header with { Salt = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))) }, files);
    }

    /// <summary>Makes a file durable and gives it its name.</summary>
    public void Publish(Segment segment)
    {
        files.Flush(segment.File);
        metrics.Synced();
        files.Move(segment.Path + UnfinishedExtension, segment.Path);
        files.FlushDirectory(directory);
    }

    /// <summary>Closes and deletes a file that has not been published.</summary>
    public void Discard(Segment segment)
    {
        segment.Retire();
        TryDelete(segment.Path + UnfinishedExtension);
    }

    /// <summary>Puts a snapshot in the place of what it stands for.</summary>
    /// <returns>What it stands for: retired, and yet to be deleted.</returns>
    public IReadOnlyList<Segment> Replace(Segment snapshot)
    {
        var replaced = _segments.FindAll(segment => segment.Header.Number <= snapshot.Header.Number);
        replaced.ForEach(segment => segment.Retire());
        _segments.RemoveRange(0, replaced.Count);
        _segments.Insert(0, snapshot);
        ReportSize();
        return replaced;
    }

    /// <summary>Tells the metrics how large the journal is.</summary>
    public void ReportSize() => metrics.SizeIs(Bytes);

    /// <summary>Deletes a file that does not count any more. If that fails, the next start does it.</summary>
    public void TryDelete(string path)
    {
        try
        {
            files.Delete(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _segments.ForEach(segment => segment.Retire());
        _segments.Clear();
        ReportSize();
    }

    // What was not made durable is given back, for it may have filled the disk. If that fails too, nothing is lost: the next log says how much of this one counts.
    private void CutOff(Segment log)
    {
        try
        {
            files.SetLength(log.File, log.Length);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
        }
    }
}
