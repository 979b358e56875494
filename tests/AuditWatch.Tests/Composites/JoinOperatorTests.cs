namespace AuditWatch.Tests.Composites;

/// <summary>How a later step compares with a variable, from the words of the document to the story.</summary>
public class JoinOperatorTests
{
    [Theory]
    [InlineData("startswith", "web", "web-7f", true)]
    [InlineData("startswith", "web", "my-web", false)]
    [InlineData("startswith", "web", "Web-7f", false)] // letter case counts
    [InlineData("endswith", "web", "my-web", true)]
    [InlineData("endswith", "web", "web-7f", false)]
    [InlineData("contains", "web", "my-web-7f", true)]
    [InlineData("contains", "web", "my-wep-7f", false)]
    [InlineData("contains", "web", "one,my-web-7f", true)] // any of several values
    [InlineData("cidr", "10.1.0.0/16", "10.1.2.3", true)]
    [InlineData("cidr", "10.1.0.0/16", "10.2.0.1", false)]
    [InlineData("cidr", "2001:db8::/32", "2001:db8::1", true)]
    [InlineData("cidr", "2001:db8::/32", "10.1.2.3", false)]
    [InlineData("cidr", "10.1.0.0/16", "10.1.2.3.example", false)]
    [InlineData("cidr", "no network", "10.1.2.3", false)]
    [InlineData("cased", "web", "web", true)]
    [InlineData("cased", "web", "Web", false)]
    [InlineData("neq", "web", "db", true)]
    [InlineData("neq", "web", "web", false)]
    [InlineData("neq", "web", "db,web", false)] // none of several values
    [InlineData("neq", "web", null, true)]
    [InlineData("contains", "web", null, false)]
    public void Join_StepComparesWithAVariable_TellsWhatAgreesOnly(string modifier, string bound, string? compared, bool isTold)
    {
        var set = CompositeSets.Load(CompositeSets.Document($$$"""
            within: 1h
            steps:
              - made: {rule: a, match: {objectRef.namespace: $space, objectRef.name: $x}}
              - used: {rule: b, match: {objectRef.namespace: $space, userAgent|{{{modifier}}}: $x}}
            """, "auditwatch: {summary: '{$x}'}"));
        var space = ("objectRef.namespace", "payments");

        var told = set.Stories(
            set.Finding("a", 0, fields: [space, ("objectRef.name", bound)]), set.Finding("b", 60, fields: compared is null ? [space] : [space, ("userAgent", compared)]));

        Assert.Equal(isTold ? bound : "", string.Join(", ", told));
    }
}
