using AuditWatch.Events;
using AuditWatch.Sources;

namespace AuditWatch.Tests.Sources;

public class MemoryBudgetTests
{
    [Fact]
    public async Task RoomAsync_NoRoom_WaitsUntilABatchIsDisposedOf()
    {
        var budget = new MemoryBudget(4 << 20);
        using var kept = Batch(budget, 2 << 20);
        var batch = Batch(budget, 2 << 20);
        Assert.False(budget.HasRoom(1 << 20));
        var waiting = budget.RoomAsync(1 << 20, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        batch.Dispose();

        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(budget.HasRoom(1 << 20));
    }

    [Fact]
    public void Charge_BatchThatHasGrown_ChargesForTheDifference()
    {
        var budget = new MemoryBudget(8 << 20);
        var batch = Batch(budget, 1 << 20);
        batch.Append(new byte[3 << 20]);
        Assert.True(budget.HasRoom(6 << 20));

        budget.Charge(batch);
        Assert.False(budget.HasRoom(5 << 20));

        batch.Dispose();
        batch.Dispose();
        Assert.True(budget.HasRoom(8 << 20));
        Assert.False(budget.HasRoom((8 << 20) + 1));
    }

    private static EventBatch Batch(MemoryBudget budget, int bytes)
    {
        var batch = new EventBatch(new EventOrigin("test"), DateTimeOffset.UnixEpoch, bytes);
        budget.Charge(batch);
        return batch;
    }
}
