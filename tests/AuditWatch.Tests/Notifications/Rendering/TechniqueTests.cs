using AuditWatch.Notifications.Rendering;

namespace AuditWatch.Tests.Notifications.Rendering;

public sealed class TechniqueTests
{
    [Theory]
    [InlineData("attack.t1609", "T1609", "https://attack.mitre.org/techniques/T1609/")]
    [InlineData("attack.T1078.004", "T1078.004", "https://attack.mitre.org/techniques/T1078/004/")]
    public void FromTags_Technique_LinksToItsPage(string tag, string id, string address) =>
        Assert.Equal([new Technique(id, new Uri(address))], Technique.FromTags([tag]));

    [Theory]
    [InlineData("attack.execution")]
    [InlineData("attack.t16")]
    [InlineData("attack.t1609/../../evil")]
    [InlineData("attack.t1609\n")]
    [InlineData("cve.2024-1234")]
    public void FromTags_AnythingElse_IsPassedOver(string tag) => Assert.Empty(Technique.FromTags([tag]));

    [Fact]
    public void FromTags_Twice_IsNamedOnce() => Assert.Single(Technique.FromTags(["attack.t1609", "attack.T1609"]));
}
