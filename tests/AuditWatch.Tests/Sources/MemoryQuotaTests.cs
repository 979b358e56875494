using AuditWatch.Events;
using AuditWatch.Sources;

namespace AuditWatch.Tests.Sources;

public class MemoryQuotaTests
{
    [Fact]
    public async Task WaitForRoomAsync_NoRoom_WaitsUntilABatchIsDisposedOf()
    {
        var quota = new MemoryShare(new MemoryQuota(5 << 20), "one");
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
        var quota = new MemoryShare(new MemoryQuota(8 << 20), "one");
        var batch = Batch(quota, 1 << 20);
        batch.Append(new byte[3 << 20]);
        Assert.True(quota.HasRoom(5 << 20));

        quota.Charge(batch);
        Assert.False(quota.HasRoom(4 << 20));

        batch.Dispose();
        batch.Dispose();
        Assert.True(quota.HasRoom(7 << 20));
        Assert.False(quota.HasRoom((7 << 20) + 1));
    }

    [Fact]
    public void HasRoom_OneHoldsAllItMay_IsThereForAnother()
    {
        var quota = new MemoryQuota(32 << 20);
        var greedy = new MemoryShare(quota, "greedy");
        var held = new List<EventBatch>();
        while (greedy.HasRoom(512 << 10))
        {
            held.Add(Batch(greedy, 512 << 10));
        }

        Assert.InRange(held.Count, 45, 56);
        Assert.True(quota.HasRoom(512 << 10, "other"));
        Assert.False(quota.HasRoom(8 << 20, "other"));

        held.ForEach(batch => batch.Dispose());
        Assert.True(quota.HasRoom(28 << 20, "other"));
    }

    private static EventBatch Batch(MemoryShare quota, int bytes)
    {
        var batch = new EventBatch(new EventOrigin("test"), DateTimeOffset.UnixEpoch, bytes);
        quota.Charge(batch);
        return batch;
    }
}
