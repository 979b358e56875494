using System.Net;
using AuditWatch.Access;

namespace AuditWatch.Tests.Access;

public class SignInTests
{
    private static readonly GroupRoles Roles = new(new Dictionary<Role, IReadOnlyList<string>> { [Role.Viewer] = ["readers"], [Role.Responder] = ["soc", "night shift"], [Role.Admin] = ["platform"] });

    [Theory]
    [InlineData("readers", "viewer")]
    [InlineData("night shift", "responder")]
    [InlineData("readers,platform,soc", "admin")]
    [InlineData("others", null)]
    [InlineData("SOC", null)]
    [InlineData("", null)]
    [InlineData("*", null)]
    public void Of_Groups_IsTheHighestRoleOfThem(string groups, string? role) => Assert.Equal(role, Roles.Of(groups.Split(','))?.Highest.Word());

    [Fact]
    public void Of_Everybody_NeedsNoGroup() =>
        Assert.Equal(Role.Viewer, new GroupRoles(new Dictionary<Role, IReadOnlyList<string>> { [Role.Viewer] = [GroupRoles.Everybody], [Role.Admin] = ["platform"] }).Of([])!.Highest);

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("192.0.2.7", true)]
    [InlineData("10.1.3.3", false)]
    [InlineData("192.0.2.8", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    public void Has_Address_IsOneOfTheProxys(string address, bool has) =>
        Assert.Equal(has, new TrustedProxy([IPNetwork.Parse("10.1.2.0/24"), IPNetwork.Parse("192.0.2.7/32")], "X-User", "X-Groups").Has(IPAddress.Parse(address)));
}
