using AuditWatch.Telemetry;

namespace AuditWatch.State.Sql;

/// <summary>What a store does, counted under the place of its database.</summary>
internal sealed class StateMetrics(SqlDatabase database, StateInstruments instruments)
{
    private long _size;

    // A database has told its place by the time that something is counted.
    private KeyValuePair<string, object?> Label => new("place", database.Place);

    public void SizeIs(long bytes)
    {
        instruments.Size.Add(bytes - _size, Label);
        _size = bytes;
    }

    public void Queued(long bytes) => instruments.Queue.Add(bytes, Label);

    public void Committed(int commits)
    {
        instruments.Commits.Add(commits, Label);
        instruments.Transactions.Add(1, Label);
    }

    public void Refused(int rows) => instruments.RefusedRows.Add(rows, Label);

    public void Failed() => instruments.Failures.Add(1, Label);
}
