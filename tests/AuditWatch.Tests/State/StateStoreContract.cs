using System.Text;
using AuditWatch.State;

namespace AuditWatch.Tests.State;

/// <summary>What every store does, wherever it keeps its records.</summary>
public abstract class StateStoreContract
{
    /// <summary>A store of its own, with nothing in it.</summary>
    protected abstract IStateStore Open();

    [SkippableFact]
    public async Task Read_TableNeverPutInto_IsEmpty()
    {
        await using var store = Open();

        Assert.Empty(store.Read("requests"));
        Assert.Null(store.Problem);
    }

    [SkippableFact]
    public async Task Read_SeveralTables_GivesOneInTheOrderOfItsKeysBytes()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of(
            ("first-seen", "b", "1"), ("first-seen", "B", "2"), ("first-seen", "é", "3"), ("first-seen", "aa", ""), ("first-seen", "\U0001F600", "4"), ("first-seen", "\uFF21", "5"),
            ("findings", "x", "6")));

        Assert.Equal(["B=2", "aa=", "b=1", "é=3", "\uFF21=5", "\U0001F600=4"], store.Read("first-seen").Select(Changes.Text));
        Assert.Equal(["x=6"], store.Read("findings").Select(Changes.Text));
    }

    [SkippableFact]
    public async Task CommitAsync_SeveralChangesOfAKey_LastOneCounts()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of(("requests", "kept", "1"), ("requests", "gone", "1")));
        await store.CommitAsync(Changes.Of(
            ("requests", "kept", null), ("requests", "kept", "2"), ("requests", "gone", "2"), ("requests", "gone", null), ("requests", "never", null)));

        Assert.Equal(["kept=2"], store.Read("requests").Select(Changes.Text));
    }

    [SkippableFact]
    public async Task CommitAsync_NotAwaited_IsReadAtOnce()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of(("requests", "b", "1"), ("requests", "d", "1"), ("requests", "e", "1")));
        var commits = Task.WhenAll(
            store.CommitAsync(Changes.Of(("requests", "a", "2"), ("requests", "b", "2"), ("requests", "d", null))),
            store.CommitAsync(Changes.Of(("requests", "c", "2"), ("requests", "a", "3"), ("requests", "f", "3"), ("findings", "x", ""))));

        Assert.Equal(["a=3", "b=2", "c=2", "e=1", "f=3"], store.Read("requests").Select(Changes.Text));
        await commits;
        Assert.Equal(["a=3", "b=2", "c=2", "e=1", "f=3"], store.Read("requests").Select(Changes.Text));
    }

    [SkippableFact]
    public async Task CommitAsync_NoChanges_Completes()
    {
        await using var store = Open();
        await store.CommitAsync(new StateChanges());

        Assert.Empty(store.Read("requests"));
    }

    [SkippableFact]
    public async Task CommitAsync_MemoryReusedAfterwards_KeepsWhatItWas()
    {
        await using var store = Open();
        var value = Encoding.UTF8.GetBytes("before");
        var changes = new StateChanges();
        changes.Put("requests", "k", value);
        var commit = store.CommitAsync(changes);
        Encoding.UTF8.GetBytes("after!", value);
        await commit;

        Assert.Equal(["k=before"], store.Read("requests").Select(Changes.Text));
    }

    [SkippableFact]
    public async Task Read_CommitsAfterItsBeginning_AreNotInIt()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of(("requests", "1", "x"), ("requests", "2", "x"), ("requests", "3", "x")));
        using var records = store.Read("requests").GetEnumerator();
        Assert.True(records.MoveNext());
        await store.CommitAsync(Changes.Of(("requests", "2", "y"), ("requests", "3", null), ("requests", "4", "y")));

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
        await store.CommitAsync(Changes.Of(("requests", "x\uD800y", "1"), ("requests", "x\0z", "2"), ("requests", "\U0001F600", "3")));
        await store.CommitAsync(Changes.Of(("requests", "x\uFFFDy", "4")));

        Assert.Equal(["x\uFFFDy=4", "x\uFFFDz=2", "\U0001F600=3"], store.Read("requests").Select(Changes.Text));
    }

    [SkippableFact]
    public async Task CommitAsync_LargestRecord_IsKept()
    {
        await using var store = Open();
        var changes = new StateChanges();
        changes.Put("requests", new string('k', StateChanges.MaxKeyBytes), new byte[StateChanges.MaxValueBytes]);
        await store.CommitAsync(changes);

        Assert.Equal(StateChanges.MaxValueBytes, Assert.Single(store.Read("requests")).Value.Length);
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
                await store.CommitAsync(Changes.Of(("requests", $"{caller}-{i}", $"{i}")));
            }
        })));

        Assert.Equal(200, store.Read("requests").Count());
    }

    [SkippableFact]
    public async Task DisposeAsync_Twice_RefusesWhatComesLater()
    {
        var store = Open();
        await store.DisposeAsync();
        await store.DisposeAsync();

        await store.WaitForRoomAsync(CancellationToken.None);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.CommitAsync(Changes.Of(("requests", "k", "1"))));
        Assert.Throws<ObjectDisposedException>(() => store.Read("requests").ToList());
    }
}
