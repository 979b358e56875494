using AuditWatch.State;

namespace AuditWatch.Tests.Processing;

/// <summary>A store on a disk that is full until a test says otherwise: it takes one commit, has room for no other, and makes nothing durable.</summary>
internal sealed class FullStore : IStateStore
{
    private readonly MemoryStateStore _records = new();
    private TaskCompletionSource _space = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isFull;

    public string? Problem => _isFull ? "full" : null;

    public void Fill() => (_isFull, _space) = (true, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void MakeSpace()
    {
        _isFull = false;
        _space.SetResult();
    }

    public IEnumerable<StateRow> Read(StateTable table) => _records.Read(table);

    public IReadOnlyList<StateRow> Find(StateTable table, IReadOnlyCollection<string> values, string? column = null) => _records.Find(table, values, column);

    public IReadOnlyList<DetectionTotal> TotalByDetection(string first, string counted, IReadOnlyCollection<string>? clusters) => _records.TotalByDetection(first, counted, clusters);

    public AlertPage Search(AlertSearch search) => _records.Search(search);

    public async Task CommitAsync(StateChanges changes)
    {
        await _records.CommitAsync(changes);
        await (_isFull ? _space.Task : Task.CompletedTask);
    }

    public async ValueTask WaitForRoomAsync(CancellationToken cancellation = default) =>
        await (_isFull ? _space.Task.WaitAsync(cancellation) : Task.CompletedTask);

    public ValueTask DisposeAsync() => _records.DisposeAsync();
}
