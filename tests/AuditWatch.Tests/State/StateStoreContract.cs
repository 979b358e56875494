using System.Text;
using AuditWatch.State;

namespace AuditWatch.Tests.State;

/// <summary>What every store does, however it keeps its records.</summary>
public abstract class StateStoreContract
{
    protected abstract IStateStore Open();

    [Fact]
    public async Task Read_TableNeverPutInto_IsEmpty()
    {
        await using var store = Open();

        Assert.Empty(store.Read("none"));
        Assert.Null(store.Problem);
    }

    [Fact]
    public async Task Read_SeveralTables_GivesOneInOrdinalOrder()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of(("a", "b", "1"), ("a", "B", "2"), ("a", "é", "3"), ("a", "aa", ""), ("b", "x", "5")));

        Assert.Equal(["B=2", "aa=", "b=1", "é=3"], store.Read("a").Select(Changes.Text));
        Assert.Equal(["x=5"], store.Read("b").Select(Changes.Text));
    }

    [Fact]
    public async Task CommitAsync_SeveralChangesOfAKey_LastOneCounts()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of(("a", "kept", "1"), ("a", "gone", "1")));
        await store.CommitAsync(Changes.Of(("a", "kept", null), ("a", "kept", "2"), ("a", "gone", "2"), ("a", "gone", null), ("a", "never", null)));

        Assert.Equal(["kept=2"], store.Read("a").Select(Changes.Text));
    }

    [Fact]
    public async Task CommitAsync_NotAwaited_IsReadAtOnce()
    {
        await using var store = Open();
        var commit = store.CommitAsync(Changes.Of(("a", "k", "1")));

        Assert.Equal(["k=1"], store.Read("a").Select(Changes.Text));
        await commit;
    }

    [Fact]
    public async Task CommitAsync_NoChanges_Completes()
    {
        await using var store = Open();

        await store.CommitAsync(new StateChanges());
    }

    [Fact]
    public async Task CommitAsync_MemoryReusedAfterwards_KeepsWhatItWas()
    {
        await using var store = Open();
        var value = Encoding.UTF8.GetBytes("before");
        var changes = new StateChanges();
        changes.Put("a", "k", value);
        var commit = store.CommitAsync(changes);
        Encoding.UTF8.GetBytes("after!", value);
        await commit;

        Assert.Equal(["k=before"], store.Read("a").Select(Changes.Text));
    }

    [Fact]
    public async Task Read_CommitsAfterItsBeginning_AreNotInIt()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of(("a", "1", "x"), ("a", "2", "x"), ("a", "3", "x")));
        using var records = store.Read("a").GetEnumerator();
        Assert.True(records.MoveNext());
        await store.CommitAsync(Changes.Of(("a", "2", "y"), ("a", "3", null), ("a", "4", "y")));

        Assert.True(records.MoveNext());
        Assert.Equal("2=x", Changes.Text(records.Current));
        Assert.True(records.MoveNext());
        Assert.Equal("3=x", Changes.Text(records.Current));
        Assert.False(records.MoveNext());
    }

    [Fact]
    public async Task CommitAsync_HalfOfASurrogatePair_IsTheReplacementCharacter()
    {
        await using var store = Open();
        await store.CommitAsync(Changes.Of(("a", "x\uD800y", "1"), ("a", "\U0001F600", "2")));
        await store.CommitAsync(Changes.Of(("a", "x\uFFFDy", "3")));

        Assert.Equal(["x\uFFFDy=3", "\U0001F600=2"], store.Read("a").Select(Changes.Text));
    }

    [Fact]
    public async Task DisposeAsync_Twice_RefusesWhatComesLater()
    {
        var store = Open();
        await store.DisposeAsync();
        await store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.CommitAsync(Changes.Of(("a", "k", "1"))));
        Assert.Throws<ObjectDisposedException>(() => store.Read("a").ToList());
    }
}
