namespace AuditWatch.State.Journaling;

/// <summary>A commit on its way to the disk.</summary>
/// <param name="frame">Its changes, in a frame. What they are does not change any more.</param>
internal sealed class Commit(byte[] frame) : IValueSource
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The frame.</summary>
    public byte[] Frame => frame;

    /// <summary>Its changes.</summary>
    public ReadOnlySpan<byte> Changes => frame.AsSpan(Journaling.Frame.HeaderSize);

    /// <summary>Completes when it is durable.</summary>
    public Task Done => _done.Task;

    /// <summary>Says that it is durable.</summary>
    public void Complete() => _done.SetResult();

    /// <summary>Says that it was not made durable in time.</summary>
    public void Abandon() => _done.SetException(new ObjectDisposedException(nameof(Journal)));

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(in Location place) => frame.AsMemory((int)place.Offset, place.Length);
}
