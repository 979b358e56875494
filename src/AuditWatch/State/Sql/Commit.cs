namespace AuditWatch.State.Sql;

/// <summary>Changes on their way to the database. They do not change any more.</summary>
internal sealed class Commit(StateChanges changes)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The changes, in their order.</summary>
    public IReadOnlyList<StateChange> Changes { get; } = [.. changes.All];

    /// <summary>About how many bytes it takes.</summary>
    public long Bytes { get; } = changes.Bytes;

    /// <summary>Completes when it is durable.</summary>
    public Task Done => _done.Task;

    /// <summary>Says that it is durable.</summary>
    public void Complete() => _done.SetResult();

    /// <summary>Says that it was not made durable, and why.</summary>
    public void Fail(Exception problem) => _done.SetException(problem);
}
