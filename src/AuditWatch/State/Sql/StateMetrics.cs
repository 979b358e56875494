using System.Diagnostics.Metrics;

namespace AuditWatch.State.Sql;

/// <summary>What a store does, counted under the place of its database.</summary>
internal sealed class StateMetrics(SqlDatabase database)
{
    private static readonly Meter Meter = new("AuditWatch");
    private static readonly UpDownCounter<long> Size = Meter.CreateUpDownCounter<long>("auditwatch.state.size", "By", "Bytes that the database takes.");
    private static readonly UpDownCounter<long> Queue = Meter.CreateUpDownCounter<long>("auditwatch.state.queue", "By", "Bytes of commits that are not durable yet.");
    private static readonly Counter<long> Commits = Meter.CreateCounter<long>("auditwatch.state.commits", "{commit}", "Commits made durable.");
    private static readonly Counter<long> Transactions = Meter.CreateCounter<long>("auditwatch.state.transactions", "{transaction}", "Transactions of the database, each with the commits that waited.");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("auditwatch.state.failures", "{failure}", "Attempts to write the state that failed.");

    private long _size;

    // A database has told its place by the time that something is counted.
    private KeyValuePair<string, object?> Label => new("place", database.Place);

    public void SizeIs(long bytes)
    {
        Size.Add(bytes - _size, Label);
        _size = bytes;
    }

    public void Queued(long bytes) => Queue.Add(bytes, Label);

    public void Committed(int commits)
    {
        Commits.Add(commits, Label);
        Transactions.Add(1, Label);
    }

    public void Failed() => Failures.Add(1, Label);
}
