using AuditWatch.Alerts;

namespace AuditWatch.Tests.Alerts;

public sealed class UnknownDetectionsTests
{
    [Theory]
    [InlineData("detection=\"exec_into_pod\"")]
    [InlineData("detection=\"exec_into_pd\"", "exec_into_pd")]
    [InlineData("detection!=\"exec_into_pd\"", "exec_into_pd")]
    [InlineData("detection=~\"exec_into_pod|secret_rad\"", "secret_rad")]
    [InlineData("detection=~\"exec_.*\"")]
    [InlineData("detection=\"auditwatch_flood\"")]
    [InlineData("actor=\"exec_into_pd\"")]
    public void In_Matchers_AreTheNamesOfNoDetection(string matchers, params string[] expected) =>
        Assert.Equal(expected, UnknownDetections.In(Matchers.Parse(matchers), ["exec_into_pod", "secret_read"]).Select(one => one.Name));
}
