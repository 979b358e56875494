using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.Tests.Notifications;

namespace AuditWatch.Tests.Alerts;

public class InhibitorTests
{
    private static readonly InhibitionRule LoudOverQuiet =
        new(Matchers.Parse("level=~high|critical"), Matchers.Parse("level=~low|medium"), ["cluster", "actor"]);

    private readonly Inhibitor _inhibitor = new([LoudOverQuiet]);

    [Fact]
    public void InhibitedBy_OpenSourceWithEqualLabels_IsThatSource()
    {
        _inhibitor.Update(Make("loud", Level.High));

        Assert.Equal("loud", _inhibitor.InhibitedBy(Make("quiet", Level.Low))?.Id);
        Assert.Null(_inhibitor.InhibitedBy(Make("quiet", Level.Low) with { Actor = "joe" }));
        Assert.Null(_inhibitor.InhibitedBy(Make("quiet", Level.Informational)));
        Assert.Null(_inhibitor.InhibitedBy(Make("loud too", Level.High)));
    }

    [Theory]
    [InlineData(AlertStatus.Acknowledged, true)]
    [InlineData(AlertStatus.Closed, false)]
    public void InhibitedBy_SourceInALaterStatus_HoldsUntilItIsClosed(AlertStatus status, bool expected)
    {
        _inhibitor.Update(Make("loud", Level.High));
        _inhibitor.Update(Make("loud", Level.High) with { Status = status });

        Assert.Equal(expected, _inhibitor.InhibitedBy(Make("quiet", Level.Low)) is not null);
    }

    [Fact]
    public void Remove_Source_FreesItsTargets()
    {
        _inhibitor.Update(Make("loud", Level.High));
        _inhibitor.Update(Make("louder", Level.Critical));

        _inhibitor.Remove("loud");
        _inhibitor.Remove("nobody");
        Assert.Equal("louder", _inhibitor.InhibitedBy(Make("quiet", Level.Low))?.Id);

        _inhibitor.Remove("louder");
        Assert.Null(_inhibitor.InhibitedBy(Make("quiet", Level.Low)));
    }

    [Fact]
    public void Update_LevelThatRises_MakesASource()
    {
        _inhibitor.Update(Make("rising", Level.Low));
        Assert.Null(_inhibitor.InhibitedBy(Make("quiet", Level.Low)));

        _inhibitor.Update(Make("rising", Level.High));
        Assert.Equal("rising", _inhibitor.InhibitedBy(Make("quiet", Level.Low))?.Id);

        // As it was before it rose.
        Assert.Null(_inhibitor.InhibitedBy(Make("rising", Level.Low)));
    }

    [Fact]
    public void InhibitedBy_AlertOnBothSides_IsKeptQuietOnlyByASourceThatIsNoTarget()
    {
        var inhibitor = new Inhibitor([new InhibitionRule(Matchers.Parse("level=~high|critical"), Matchers.Parse("level=~high|low"), [])]);

        inhibitor.Update(Make("both", Level.High));
        Assert.Null(inhibitor.InhibitedBy(Make("both", Level.High)));
        Assert.Null(inhibitor.InhibitedBy(Make("both too", Level.High)));
        Assert.Equal("both", inhibitor.InhibitedBy(Make("target", Level.Low))?.Id);

        inhibitor.Update(Make("source", Level.Critical));
        Assert.Equal("source", inhibitor.InhibitedBy(Make("both", Level.High))?.Id);
    }

    [Fact]
    public void InhibitedBy_SecondRule_HoldsToo()
    {
        var inhibitor = new Inhibitor([LoudOverQuiet, new InhibitionRule(Matchers.Parse("detection=node_taken_over"), Matchers.None, ["cluster"])]);

        inhibitor.Update(Make("node", Level.Low) with { Detection = Make("node", Level.Low).Detection with { Name = "node_taken_over" } });

        Assert.Equal("node", inhibitor.InhibitedBy(Make("any", Level.Critical))?.Id);
    }

    // Two labels whose values run together, tags in another order, and labels that neither has.
    [Theory]
    [InlineData("ab", "c", "a", "bc", false)]
    [InlineData("", "x", "x", "", false)]
    [InlineData("", "x", "", "x", true)]
    public void InhibitedBy_EqualLabels_AreComparedOneByOne(string cluster, string actor, string targetCluster, string targetActor, bool expected)
    {
        _inhibitor.Update(Make("loud", Level.High) with { Cluster = cluster, Actor = actor });

        Assert.Equal(expected, _inhibitor.InhibitedBy(Make("quiet", Level.Low) with { Cluster = targetCluster, Actor = targetActor }) is not null);
    }

    [Fact]
    public void InhibitedBy_EqualLabelsEmptyOnBothSides_IsNothingInCommon()
    {
        var inhibitor = new Inhibitor([LoudOverQuiet with { Equal = ["cluster", "actor"] }]);
        inhibitor.Update(Make("loud", Level.Critical) with { Cluster = "", Actor = "" });

        Assert.Null(inhibitor.InhibitedBy(Make("quiet", Level.Low) with { Cluster = "", Actor = "" }));
    }

    [Fact]
    public void InhibitedBy_EqualTags_AreASet()
    {
        var inhibitor = new Inhibitor([LoudOverQuiet with { Equal = ["tag"] }]);
        inhibitor.Update(Tagged("loud", Level.High, "a", "b"));

        Assert.NotNull(inhibitor.InhibitedBy(Tagged("quiet", Level.Low, "b", "a")));
        Assert.Null(inhibitor.InhibitedBy(Tagged("quiet", Level.Low, "a")));
    }

    // Looked for one after the other, this would take minutes.
    [Fact]
    public void InhibitedBy_ManyOpenAlerts_IsFoundAtOnce()
    {
        for (var i = 0; i < 100_000; i++)
        {
            _inhibitor.Update(Make($"loud-{i:d6}", Level.High) with { Actor = i % 2 == 0 ? "jane" : $"actor-{i}" });
        }

        for (var i = 0; i < 99_998; i++)
        {
            _inhibitor.Remove($"loud-{i:d6}");
        }

        var found = Enumerable.Range(0, 20_000).Count(i => _inhibitor.InhibitedBy(Make($"quiet-{i}", Level.Low) with { Actor = "jane" })?.Id == "loud-099998");

        Assert.Equal(20_000, found);
    }

    private static Alert Make(string id, Level level) => SampleAlert.Exec() with { Id = id, Level = level };

    private static Alert Tagged(string id, Level level, params string[] tags)
    {
        var alert = Make(id, level);
        return alert with { Detection = alert.Detection with { Tags = tags } };
    }
}
