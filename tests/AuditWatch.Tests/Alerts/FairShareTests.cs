using AuditWatch.Alerts;

namespace AuditWatch.Tests.Alerts;

public class FairShareTests
{
    private readonly FairShare<string> _share = new();

    [Fact]
    public void TryGetExpendable_NobodyHasMoreThanOne_ThereIsNone()
    {
        Put("a", "prod", "jane", worth: 103);
        Put("b", "prod", "joe", worth: 103);

        Assert.False(_share.TryGetExpendable(out _));
    }

    [Fact]
    public void TryGetExpendable_CrowdOfDenied_IsNotOfWhoWasAllowedALittleMore()
    {
        for (var i = 0; i < 100; i++)
        {
            Put($"denied-{i}", "prod", $"made-up-{i % 50}");
        }

        Put("real", "prod", "jane", worth: 103);
        Put("another", "prod", "jane", worth: 103);
        Put("third", "prod", "jane", worth: 103);

        for (var i = 0; i < 97; i++)
        {
            var expendable = Expendable();
            Assert.StartsWith("denied-", expendable, StringComparison.Ordinal);
            _share.Remove(expendable);
        }

        // What is left is no crowd.
        Assert.Equal("real", Expendable());
    }

    [Fact]
    public void TryGetExpendable_OneActorHasMost_IsTheirsAndMattersLeast()
    {
        Put("others", "prod", "jane", worth: 0);
        Put("allowed", "prod", "flood", worth: 103);
        Put("first", "prod", "flood", worth: 2);
        Put("second", "prod", "flood", worth: 2);

        Assert.Equal("first", Expendable());
        _share.Remove("first");
        Assert.Equal("second", Expendable());
        _share.Remove("second");
        Assert.False(_share.TryGetExpendable(out _));
    }

    [Fact]
    public void TryGetExpendable_ManyAlike_GoBeforeTheRareOfTheSameWorth()
    {
        Put("rare", "prod", "flood", kind: "secret_read");
        Put("one", "prod", "flood", kind: "exec");
        Put("two", "prod", "flood", kind: "exec");

        Assert.Equal("one", Expendable());
    }

    [Fact]
    public void TryGetExpendable_OneClusterHasManyActors_IsOfThatCluster()
    {
        Put("a1", "quiet", "jane");
        Put("a2", "quiet", "jane");
        Put("a3", "quiet", "jane");
        for (var i = 0; i < 10; i++)
        {
            Put($"f{i}", "hostile", $"made-up-{i / 2}");
        }

        Assert.StartsWith("f", Expendable(), StringComparison.Ordinal);
    }

    [Fact]
    public void TryGetExpendable_NobodyHasMoreThanOne_IsOfTheClusterThatHasMostAndMattersLeast()
    {
        Put("oldest", "quiet", "jane", worth: 103);
        Put("severe", "hostile", "made-up-1", worth: 104);
        Put("mild", "hostile", "made-up-2", worth: 103);

        Assert.Equal("mild", Expendable());
        _share.Remove("mild");
        Assert.False(_share.TryGetExpendable(out _));
    }

    [Theory]
    [InlineData(103, "exec", true)]
    [InlineData(2, "exec", false)]
    [InlineData(2, "rare", true)]
    [InlineData(1, "rare", false)]
    public void TryGetLesser_OfTheSameActor_IsThereForWhatMattersMoreOrIsRarer(int worth, string kind, bool isThere)
    {
        Put("one", "prod", "flood", worth: 2, kind: "exec");
        Put("two", "prod", "flood", worth: 2, kind: "exec");

        Assert.Equal(isThere, _share.TryGetLesser(new Claim("prod", "flood", kind, worth, 1), out var lesser));
        Assert.Equal(isThere ? "one" : null, lesser);
    }

    [Fact]
    public void Put_Again_CountsWhatItHasBecome()
    {
        Put("a", "prod", "jane", bytes: 10);
        Put("a", "prod", "jane", bytes: 30);
        Put("b", "prod", "jane", bytes: 5);
        _share.Remove("b");
        _share.Remove("b");

        Assert.Equal((1, 30L, 1, 0), (_share.Count, _share.Bytes, _share.CountOf("prod", "jane"), _share.CountOf("prod", "joe")));
    }

    private void Put(string id, string cluster, string actor, int worth = 2, string kind = "exec", int bytes = 1) => _share.Put(id, new Claim(cluster, actor, kind, worth, bytes));

    private string Expendable() => _share.TryGetExpendable(out var id) ? id : "none";
}
