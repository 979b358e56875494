using AuditWatch.Sharing;

namespace AuditWatch.Tests.Sharing;

public class SharedMapTests
{
    private const int Share = 2;

    private readonly SharedMap<string> _map = new(Share);
    private UInt128 _next;

    [Fact]
    public void RemoveExpendable_NobodyHasMoreThanAShare_IsWhatWasUsedLongestAgo()
    {
        var first = Add("prod", "jane");
        Add("prod", "joe");
        Add("prod", "jane");
        _map.TryGet(first, out _);

        Assert.Equal("prod joe", _map.RemoveExpendable().Value);
        Assert.Equal("prod jane", _map.RemoveExpendable().Value);
        Assert.Equal(first, _map.RemoveExpendable().Key);
        Assert.Equal(0, _map.Count);
    }

    [Fact]
    public void RemoveExpendable_OneHasMoreThanAShare_IsTheOldestOfTheirs()
    {
        Add("prod", "jane");
        var oldest = Add("prod", "flood");
        Add("prod", "flood");
        Add("prod", "flood");

        Assert.Equal(oldest, _map.RemoveExpendable().Key);
        Assert.Equal("prod jane", _map.RemoveExpendable().Value);
    }

    [Fact]
    public void RemoveExpendable_ManyAccountsOfOneCluster_CostAnotherClusterNothing()
    {
        Add("prod", "jane");
        foreach (var n in Enumerable.Range(0, 5))
        {
            Add("other", $"flood-{n}");
        }

        Assert.All(Enumerable.Range(0, 4), _ => Assert.StartsWith("other", _map.RemoveExpendable().Value, StringComparison.Ordinal));
    }

    [Fact]
    public void RemoveExpendable_OneHasHeavyValues_IsTheirs()
    {
        Add("prod", "jane");
        Add("prod", "jane");
        var heavy = Add("prod", "flood");
        _map.Weigh(heavy, 5);

        Assert.Equal(heavy, _map.RemoveExpendable().Key);
    }

    [Fact]
    public void Set_OfAnotherSharer_CountsToThem()
    {
        var key = Add("prod", "jane");

        _map.Set(key, Sharer.Of("prod", "joe"), "new");

        Assert.Equal((key, "new", Sharer.Of("prod", "joe")), Assert.Single(_map.All));
    }

    [Fact]
    public void Parse_WhatIsWritten_IsTheSameSharer()
    {
        var sharer = Sharer.Of("prod", "jane");

        Assert.Equal(sharer, Sharer.Parse(sharer.ToString()));
        Assert.NotEqual(sharer, Sharer.Of("prod", "joe"));
        Assert.Equal(default, Sharer.Parse(null));
    }

    private UInt128 Add(string cluster, string account)
    {
        _map.Set(_next, Sharer.Of(cluster, account), $"{cluster} {account}");
        return _next++;
    }
}
