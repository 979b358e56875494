using System.Diagnostics.Metrics;

namespace AuditWatch.State.Journaling;

/// <summary>What one journal does, counted under its directory.</summary>
internal sealed class JournalMetrics(string directory)
{
    private static readonly Meter Meter = new("AuditWatch");
    private static readonly UpDownCounter<long> Size = Meter.CreateUpDownCounter<long>("auditwatch.journal.size", "By", "Bytes that the files of the journal take.");
    private static readonly UpDownCounter<long> Queue = Meter.CreateUpDownCounter<long>("auditwatch.journal.queue", "By", "Bytes of commits that are not durable yet.");
    private static readonly Counter<long> Commits = Meter.CreateCounter<long>("auditwatch.journal.commits", "{commit}", "Commits made durable.");
    private static readonly Counter<long> Syncs = Meter.CreateCounter<long>("auditwatch.journal.syncs", "{sync}", "Times that a file of the journal was made durable.");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("auditwatch.journal.failures", "{failure}", "Attempts to write to the journal that failed.");
    private static readonly Counter<long> Compactions = Meter.CreateCounter<long>("auditwatch.journal.compactions", "{compaction}", "Times that dead records were removed.");

    private readonly KeyValuePair<string, object?> _label = new("directory", directory);
    private long _size;

    public void SizeIs(long bytes)
    {
        Size.Add(bytes - _size, _label);
        _size = bytes;
    }

    public void Queued(long bytes) => Queue.Add(bytes, _label);

    public void Committed(int commits) => Commits.Add(commits, _label);

    public void Synced() => Syncs.Add(1, _label);

    public void Failed() => Failures.Add(1, _label);

    public void Compacted() => Compactions.Add(1, _label);
}
