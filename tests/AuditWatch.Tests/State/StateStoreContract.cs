using System.Text;
using AuditWatch.State;

namespace AuditWatch.Tests.State;

/// <summary>What every store does, wherever it keeps its records.</summary>
public abstract partial class StateStoreContract
{
    protected static readonly StateTable Requests = StateTables.SeenRequests;
    protected static readonly StateTable Findings = StateTables.Counted;

    /// <summary>A store of its own, with nothing in it.</summary>
    protected abstract IStateStore Open();

    [SkippableFact]
    public async Task Read_TableNeverPutInto_IsEmpty()
    {
        await using var store = Open();

        Assert.Empty(store.Read(Requests));
        Assert.Null(store.Problem);
    }

    [SkippableFact]
    public async Task Read_SeveralTables_GivesOneInTheOrderOfItsKeysBytes()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of(
            (StateTables.FirstSeen, "b", "1"), (StateTables.FirstSeen, "B", "2"), (StateTables.FirstSeen, "é", "3"), (StateTables.FirstSeen, "aa", ""), (StateTables.FirstSeen, "\U0001F600", "4"), (StateTables.FirstSeen, "\uFF21", "5"),
            (Findings, "x", "6")));

        Assert.Equal(["B=2", "aa=", "b=1", "é=3", "\uFF21=5", "\U0001F600=4"], store.Read(StateTables.FirstSeen).Select(Changes.Text));
        Assert.Equal(["x=6"], store.Read(Findings).Select(Changes.Text));
    }

    [SkippableFact]
    public async Task CommitAsync_SeveralChangesOfAKey_LastOneCounts()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "kept", "1"), (Requests, "gone", "1")));
        await store.CommitAsync(Changes.Of(
            (Requests, "kept", null), (Requests, "kept", "2"), (Requests, "gone", "2"), (Requests, "gone", null), (Requests, "never", null)));

        Assert.Equal(["kept=2"], store.Read(Requests).Select(Changes.Text));
    }

    [SkippableFact]
    public async Task CommitAsync_NotAwaited_IsReadAtOnce()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "b", "1"), (Requests, "d", "1"), (Requests, "e", "1")));
        var commits = Task.WhenAll(
            store.CommitAsync(Changes.Of((Requests, "a", "2"), (Requests, "b", "2"), (Requests, "d", null))),
            store.CommitAsync(Changes.Of((Requests, "c", "2"), (Requests, "a", "3"), (Requests, "f", "3"), (Findings, "x", ""))));

        Assert.Equal(["a=3", "b=2", "c=2", "e=1", "f=3"], store.Read(Requests).Select(Changes.Text));
        await commits;
        Assert.Equal(["a=3", "b=2", "c=2", "e=1", "f=3"], store.Read(Requests).Select(Changes.Text));
    }

    [SkippableFact]
    public async Task CommitAsync_NoChanges_Completes()
    {
        await using var store = Open();
        await store.CommitAsync(new StateChanges());

        Assert.Empty(store.Read(Requests));
    }

    [SkippableFact]
    public async Task CommitAsync_MemoryReusedAfterwards_KeepsWhatItWas()
    {
        await using var store = Open();
        var value = Encoding.UTF8.GetBytes("before");
        var changes = new StateChanges();
        changes.Put(Requests, "k", value);
        var commit = store.CommitAsync(changes);
        Encoding.UTF8.GetBytes("after!", value);
        await commit;

        Assert.Equal(["k=before"], store.Read(Requests).Select(Changes.Text));
    }

    [SkippableFact]
    public async Task Read_CommitsAfterItsBeginning_AreNotInIt()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "1", "x"), (Requests, "2", "x"), (Requests, "3", "x")));
        using var records = store.Read(Requests).GetEnumerator();
        Assert.True(records.MoveNext());
        await store.CommitAsync(Changes.Of((Requests, "2", "y"), (Requests, "3", null), (Requests, "4", "y")));

        Assert.True(records.MoveNext());
        Assert.Equal("2=x", Changes.Text(records.Current));
        Assert.True(records.MoveNext());
        Assert.Equal("3=x", Changes.Text(records.Current));
        Assert.False(records.MoveNext());
    }

    [SkippableFact]
    public async Task CommitAsync_TextThatNoDatabaseTakes_IsTheReplacementCharacter()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of((Requests, "x\uD800y", "1"), (Requests, "x\0z", "2"), (Requests, "\U0001F600", "3")));
        await store.CommitAsync(Changes.Of((Requests, "x\uFFFDy", "4")));

        Assert.Equal(["x\uFFFDy=4", "x\uFFFDz=2", "\U0001F600=3"], store.Read(Requests).Select(Changes.Text));
    }

    [SkippableFact]
    public async Task CommitAsync_LargestRecord_IsKept()
    {
        await using var store = Open();
        var changes = new StateChanges();
        changes.Put(Requests, new string('k', StateChanges.MaxKeyBytes), new byte[StateChanges.MaxValueBytes]);
        await store.CommitAsync(changes);

        Assert.Equal(StateChanges.MaxValueBytes, Assert.Single(store.Read(Requests)).Bytes("value").Length);
    }

    [SkippableFact]
    public async Task CommitAsync_ByManyAtOnce_AllAreKept()
    {
        await using var store = Open();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                await store.WaitForRoomAsync(CancellationToken.None);
                await store.CommitAsync(Changes.Of((Requests, $"{caller}-{i}", $"{i}")));
            }
        })));

        Assert.Equal(200, store.Read(Requests).Count());
    }

    [SkippableFact]
    public async Task DisposeAsync_Twice_RefusesWhatComesLater()
    {
        var store = Open();
        await store.DisposeAsync();
        await store.DisposeAsync();

        await store.WaitForRoomAsync(CancellationToken.None);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.CommitAsync(Changes.Of((Requests, "k", "1"))));
        Assert.Throws<ObjectDisposedException>(() => store.Read(Requests).ToList());
    }
}
