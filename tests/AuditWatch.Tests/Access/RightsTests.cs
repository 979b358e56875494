using AuditWatch.Access;

namespace AuditWatch.Tests.Access;

public class RightsTests
{
    private static readonly Rights Mixed = new([new Right(Role.Viewer, ["eu", "us"]), new Right(Role.Responder, ["us"]), new Right(Role.Responder, ["asia"])]);

    [Theory]
    [InlineData("viewer", "eu", true)]
    [InlineData("viewer", "us", true)]
    [InlineData("viewer", "asia", true)]
    [InlineData("responder", "eu", false)]
    [InlineData("responder", "us", true)]
    [InlineData("responder", "asia", true)]
    [InlineData("viewer", "EU", false)]
    [InlineData("viewer", "", false)]
    [InlineData("admin", "us", false)]
    public void HaveIn_Cluster_IsWhatOneOfThemSays(string role, string cluster, bool have) => Assert.Equal(have, Mixed.HaveIn(RoleWords.Parse(role)!.Value, cluster));

    [Fact]
    public void HaveEverywhere_RolesInClusters_AreNot()
    {
        Assert.Equal(Role.Responder, Mixed.Highest);
        Assert.False(Mixed.HaveEverywhere(Role.Viewer));
        Assert.Equal(["asia", "us"], Mixed.ClustersOf(Role.Responder)!.Order());
        Assert.Null(Rights.Everywhere(Role.Responder).ClustersOf(Role.Viewer));
        Assert.True(Rights.Everywhere(Role.Responder).HaveIn(Role.Responder, ""));
        Assert.False(Rights.Everywhere(Role.Responder).HaveEverywhere(Role.Admin));
    }

    [Fact]
    public void HaveIn_ViewerEverywhereResponderInOne_IsBoth()
    {
        var rights = new Rights([new Right(Role.Responder, ["us"]), new Right(Role.Viewer, null)]);

        Assert.True(rights.HaveIn(Role.Viewer, "eu") && rights.HaveIn(Role.Responder, "us"));
        Assert.False(rights.HaveIn(Role.Responder, "eu"));
        Assert.Equal("viewer, responder in us", rights.ToString());
        Assert.Equal(new Rights([new Right(Role.Viewer, null), new Right(Role.Responder, ["us"])]), rights);
        Assert.NotEqual(Rights.Everywhere(Role.Viewer), rights);
    }

    [Fact]
    public void Of_GroupsInClusters_AddUp()
    {
        var roles = new GroupRoles(new Dictionary<Role, IReadOnlyList<string>> { [Role.Viewer] = ["readers"] })
        {
            InClusters = [(new Right(Role.Responder, ["us"]), ["payments"]), (new Right(Role.Viewer, ["eu"]), [GroupRoles.Everybody])],
        };

        Assert.Equal("viewer in eu", roles.Of([])!.ToString());
        Assert.Equal("viewer in eu, responder in us", roles.Of(["payments"])!.ToString());
        Assert.Equal("viewer, viewer in eu", roles.Of(["readers"])!.ToString());
        Assert.Equal(["readers", "payments", "*"], roles.Named);
    }
}
