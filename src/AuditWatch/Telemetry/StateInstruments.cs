using System.Diagnostics.Metrics;

namespace AuditWatch.Telemetry;

/// <summary>What a store of state does, by <c>place</c>, and whether this process is the one that owns it.</summary>
internal sealed class StateInstruments(Meter meter)
{
    public UpDownCounter<int> Active { get; } = meter.CreateUpDownCounter<int>("auditwatch.active", "{process}", "1 while this process is the active one, 0 while it stands by.");

    public UpDownCounter<long> Size { get; } = meter.CreateUpDownCounter<long>("auditwatch.state.size", "By", "Bytes that the database takes.");

    public UpDownCounter<long> Queue { get; } = meter.CreateUpDownCounter<long>("auditwatch.state.queue", "By", "Bytes of commits that are not durable yet.");

    public Counter<long> Commits { get; } = meter.CreateCounter<long>("auditwatch.state.commits", "{commit}", "Commits made durable.");

    public Counter<long> Transactions { get; } =
        meter.CreateCounter<long>("auditwatch.state.transactions", "{transaction}", "Transactions of the database, each with the commits that waited.");

    public Counter<long> RefusedRows { get; } = meter.CreateCounter<long>("auditwatch.state.refused.rows", "{row}", "Rows that the database refuses for what they are, and that are given up.");

    public Counter<long> Failures { get; } = meter.CreateCounter<long>("auditwatch.state.failures", "{failure}", "Attempts to write the state that failed.");
}
