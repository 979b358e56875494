using AuditWatch.Events;
using AuditWatch.Sources;

namespace AuditWatch.Tests.Sources;

public class MemoryQuotaTests
{
    [Fact]
    public async Task WaitForRoomAsync_NoRoom_WaitsUntilABatchIsDisposedOf()
    {
        var quota = new MemoryQuota(4 << 20);
        using var kept = Batch(quota, 2 << 20);
        var batch = Batch(quota, 2 << 20);
        Assert.False(quota.HasRoom(1 << 20));
        var waiting = quota.WaitForRoomAsync(1 << 20, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        batch.Dispose();

        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(quota.HasRoom(1 << 20));
    }

    [Fact]
    public void Charge_BatchThatHasGrown_ChargesForTheDifference()
    {
        var quota = new MemoryQuota(8 << 20);
        var batch = Batch(quota, 1 << 20);
        batch.Append(new byte[3 << 20]);
        Assert.True(quota.HasRoom(6 << 20));

        quota.Charge(batch);
        Assert.False(quota.HasRoom(5 << 20));

        batch.Dispose();
        batch.Dispose();
        Assert.True(quota.HasRoom(8 << 20));
        Assert.False(quota.HasRoom((8 << 20) + 1));
    }

    private static EventBatch Batch(MemoryQuota quota, int bytes)
    {
        var batch = new EventBatch(new EventOrigin("test"), DateTimeOffset.UnixEpoch, bytes);
        quota.Charge(batch);
        return batch;
    }
}
