using AuditWatch.Sources.Webhook;

namespace AuditWatch.Tests.Sources.Webhook;

public class RequestSharesTests
{
    [Fact]
    public void TryAdd_OneClientAsksForAll_LeavesRoomForEachThatComes()
    {
        var shares = new RequestShares(32);

        Assert.Equal(24, Admitted(shares, "greedy", null));
        Assert.Equal(16, Admitted(shares, "next", null));
        Assert.Equal(10, Admitted(shares, "third", null));

        shares.Remove("next", null);
        shares.Remove("next", null);
        Assert.Equal(0, Admitted(shares, "greedy", null));
        Assert.Equal(0, Admitted(shares, "next", null));
        Assert.Equal(8, Admitted(shares, "fourth", null));
    }

    [Fact]
    public void TryAdd_EverMoreClients_StopsAtTwiceAsMany()
    {
        var shares = new RequestShares(32);

        Assert.Equal(64, Enumerable.Range(0, 1_000).Sum(client => Admitted(shares, $"{client}", null)));
        Assert.Equal(64, shares.Count);
    }

    [Fact]
    public void TryAdd_OneClusterOfAClientAsksForAll_LeavesRoomForItsOthers()
    {
        var shares = new RequestShares(32);

        Assert.Equal(18, Admitted(shares, "shippers", "greedy"));
        Assert.InRange(Admitted(shares, "shippers", "other"), 1, 6);
        Assert.Equal(16, Admitted(shares, "somebody", null));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 3)]
    [InlineData(100, 75)]
    public void TryAdd_AnyNumber_OneAloneHasThreeQuartersAndAtLeastOne(int most, int admitted) => Assert.Equal(admitted, Admitted(new RequestShares(most), "one", null));

    [Fact]
    public void Remove_All_LeavesNothingBehind()
    {
        var shares = new RequestShares(8);
        Assert.True(shares.TryAdd("one", "a"));

        shares.Remove("one", "a");

        Assert.Equal(0, shares.Count);
        Assert.Equal(6, Admitted(shares, "one", null));
    }

    private static int Admitted(RequestShares shares, string client, string? cluster) => Enumerable.Range(0, 100).Count(_ => shares.TryAdd(client, cluster));
}
