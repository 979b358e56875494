using AuditWatch.Web;
using AuditWatch.Web.Incidents;

namespace AuditWatch.Tests.Web.Incidents;

public class EntityAddressTests
{
    private static readonly PageContext Page = new("../", "incidents/00", "", "", DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("account:jane@example.com", "../actors?name=jane%40example.com")]
    [InlineData("user:jane", "../actors?name=jane")]
    [InlineData("object:payments/pods/shell", "../objects?name=payments%2Fpods%2Fshell&cluster=a%26b")]
    [InlineData("serviceaccount:payments/app", "../objects?name=payments%2Fserviceaccounts%2Fapp&cluster=a%26b")]
    [InlineData("role:payments/reader", "../objects?name=payments%2Froles%2Freader&cluster=a%26b")]
    [InlineData("role:system:node", "../objects?name=clusterroles%2Fsystem%3Anode&cluster=a%26b")]
    [InlineData("binding:payments/edit", "../objects?name=payments%2Frolebindings%2Fedit&cluster=a%26b")]
    [InlineData("binding:edit", "../objects?name=clusterrolebindings%2Fedit&cluster=a%26b")]
    [InlineData("object:javascript:alert(1)\"><script>", "../objects?name=javascript%3Aalert%281%29%22%3E%3Cscript%3E&cluster=a%26b")]
    [InlineData("credential:JTI=1", null)]
    [InlineData("address:203.0.113.7", null)]
    [InlineData("object:", null)]
    [InlineData("", null)]
    public void Of_Entity_LeadsToItsPage(string entity, string? expected) => Assert.Equal(expected, EntityAddress.Of(Page, entity, "a&b"));

    [Fact]
    public void Of_EntityInAReport_LeadsNowhere() => Assert.Null(EntityAddress.Of(Page with { IsReport = true }, "account:jane", ""));
}
