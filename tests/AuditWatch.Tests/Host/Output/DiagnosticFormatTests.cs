using AuditWatch.Host.Output;

namespace AuditWatch.Tests.Host.Output;

public class DiagnosticFormatTests
{
    [Theory]
    [InlineData(null, "a,b:c.yml:3:7: error: 100% \\u001b[31mred")]
    [InlineData("text", "a,b:c.yml:3:7: error: 100% \\u001b[31mred")]
    [InlineData("json", """{"file":"a,b:c.yml","line":3,"column":7,"severity":"error","message":"100% \u001B[31mred"}""")]
    [InlineData("github", "::error file=a%2Cb%3Ac.yml,line=3,col=7::100%25 \u001B[31mred")]
    public void Parse_EachFormat_PrintsItsOwnLine(string? name, string line) =>
        Assert.Equal(line, DiagnosticFormat.Parse(name)(new Diagnostic(new SourceLocation("a,b:c.yml", 3, 7), DiagnosticSeverity.Error, "100% \u001B[31mred")));

    [Fact]
    public void Parse_GitHubWithLineFeeds_CannotBeginAnotherCommand() =>
        Assert.Equal(
            "::warning file=a%0A%3A%3Aerror ,line=1,col=1::one%0D%0A::error ::two",
            DiagnosticFormat.Parse("github")(new Diagnostic(new SourceLocation("a\n::error ", 1, 1), DiagnosticSeverity.Warning, "one\r\n::error ::two")));
}
