using AuditWatch.Events;
using AuditWatch.Sources;

namespace AuditWatch.Tests.Sources;

public class MemoryQuotaTests
{
    [Fact]
    public async Task ReserveAsync_NoRoom_WaitsUntilABatchIsDisposedOf()
    {
        var quota = new MemoryShare(new MemoryQuota(5 << 20), "one");
        using var kept = Batch(quota, 2 << 20);
        var batch = Batch(quota, 2 << 20);
        var waiting = quota.ReserveAsync(1 << 20, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        batch.Dispose();

        var room = await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(quota.HasRoom(2 << 20));
        room.Dispose();
        Assert.True(quota.HasRoom(2 << 20));
    }

    [Fact]
    public async Task ReserveAsync_RoomForOne_IsTheFirstsAndThenTheNexts()
    {
        var quota = new MemoryShare(new MemoryQuota(5 << 20), "one");
        using var kept = Batch(quota, 2 << 20);
        var batch = Batch(quota, 2 << 20);
        using var given = new CancellationTokenSource();
        var waiting = new[] { CancellationToken.None, given.Token, CancellationToken.None }.Select(cancellation => quota.ReserveAsync(2 << 20, cancellation).AsTask()).ToList();

        batch.Dispose();
        var first = await waiting[0].WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(waiting[1].IsCompleted || waiting[2].IsCompleted);

        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[1]);
        first.Dispose();
        (await waiting[2].WaitAsync(TimeSpan.FromSeconds(30))).Dispose();
        Assert.True(quota.HasRoom(2 << 20));
    }

    [Fact]
    public async Task ReserveAsync_OneWaitsWhoHasTheirShare_KeepsNobodyElseWaiting()
    {
        var quota = new MemoryQuota(32 << 20);
        var held = Batch(new MemoryShare(quota, "greedy"), 28 << 20);
        var greedy = quota.ReserveAsync(1 << 20, "greedy", CancellationToken.None);

        (await quota.ReserveAsync(1 << 20, "other", CancellationToken.None)).Dispose();

        Assert.False(greedy.IsCompleted);
        held.Dispose();
        (await greedy).Dispose();
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
