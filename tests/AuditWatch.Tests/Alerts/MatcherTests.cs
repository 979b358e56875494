using AuditWatch.Alerts;
using AuditWatch.Tests.Notifications;

namespace AuditWatch.Tests.Alerts;

public class MatcherTests
{
    // detection exec_into_pod, level high, tags attack.execution and attack.t1609, cluster prod, namespace payments, actor jane@example.com, kind human.
    private static readonly Alert Alert = SampleAlert.Exec();

    [Theory]
    [InlineData("detection=exec_into_pod", true)]
    [InlineData("detection=exec", false)]
    [InlineData("detection=EXEC_INTO_POD", false)]
    [InlineData("level=high", true)]
    [InlineData("level!=high", false)]
    [InlineData("level=~high|critical", true)]
    [InlineData("level!~high|critical", false)]
    [InlineData("actor=~jane", false)]
    [InlineData("actor=~jane@.*", true)]
    [InlineData("actor=~x|jane@example.com", true)]
    [InlineData("cluster=prod, namespace=payments, actor.kind=human", true)]
    [InlineData("cluster=prod, namespace=web", false)]
    [InlineData("tag=attack.t1609", true)]
    [InlineData("tag=attack.t1610", false)]
    [InlineData("tag=~attack\\.t.*", true)]
    [InlineData("tag!=attack.t1609", false)]
    [InlineData("tag!=attack.t1610", true)]
    [InlineData("tag!~attack\\.t.*", false)]
    [InlineData("tag!~cve.*", true)]
    [InlineData("tag=\"\"", false)]
    [InlineData("{}", true)]
    public void Matches_Alert_IsDecidedByItsLabels(string matchers, bool expected) => Assert.Equal(expected, Matchers.Parse(matchers).Matches(Alert));

    [Theory]
    [InlineData("tag=\"\"", true)]
    [InlineData("tag!=\"\"", false)]
    [InlineData("tag!=x", true)]
    [InlineData("tag=~\".*\"", true)]
    [InlineData("tag=~\".+\"", false)]
    [InlineData("namespace=\"\"", true)]
    [InlineData("cluster=~prod|", true)]
    public void Matches_LabelWithoutValue_IsEmpty(string matchers, bool expected)
    {
        var bare = Alert with { Detection = Alert.Detection with { Tags = [] }, Requests = [], Cluster = "" };

        Assert.Equal(expected, Matchers.Parse(matchers).Matches(bare));
    }

    [Fact]
    public void Matches_ValueThatEndsInALineBreak_IsNotTheValueWithout() =>
        Assert.False(Matchers.Parse("actor=~jane").Matches(Alert with { Actor = "jane\n" }));

    [Fact]
    public void Matches_ValueMadeToStall_IsDecidedAtOnce() =>
        Assert.False(Matchers.Parse("""actor=~"(a+)+b" """).Matches(Alert with { Actor = new string('a', 100_000) }));
}
