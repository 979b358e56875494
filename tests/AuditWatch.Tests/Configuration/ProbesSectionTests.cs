using AuditWatch.Configuration;
using AuditWatch.Notifications;

namespace AuditWatch.Tests.Configuration;

public class ProbesSectionTests
{
    private const string Others = "sources: {webhook: {listen: '127.0.0.1:9880'}}\npage: {listen: '127.0.0.1:9881'}\n";

    [Theory]
    [InlineData("", null)]
    [InlineData("probes: {listen: '127.0.0.1:9882'}", "127.0.0.1:9882")]
    [InlineData("probes: {listen: ':9882'}", "[::]:9882")]
    public void Parse_Address_IsWhereProbesAreAnswered(string probes, string? listen)
    {
        var (configuration, errors) = Parse(Others + probes);

        Assert.Empty(errors);
        Assert.Equal(listen, configuration!.Probes?.ToString());
    }

    [Theory]
    [InlineData("{listen: everywhere}", "'everywhere' is not an address to listen on")]
    [InlineData("{listen: '127.0.0.1:9880'}", "the webhook or the page listens on '127.0.0.1:9880' already")]
    [InlineData("{listen: '127.0.0.1:9881'}", "the webhook or the page listens on '127.0.0.1:9881' already")]
    [InlineData("{}", "listen")]
    [InlineData("{listen: '127.0.0.1:9882', tls: {}}", "tls")]
    public void Parse_Mistake_IsReportedWithItsPlace(string probes, string message)
    {
        var (configuration, errors) = Parse($"{Others}probes: {probes}");

        Assert.Null(configuration);
        Assert.Contains(errors, error => error.Contains("auditwatch.yaml:3:", StringComparison.Ordinal) && error.Contains(message, StringComparison.Ordinal));
    }

    private static (ServiceConfiguration? Configuration, IReadOnlyList<string> Errors) Parse(string text)
    {
        var diagnostics = new Diagnostics();
        var configuration = ConfigurationFile.Parse("auditwatch.yaml", text, new NotifierKinds(), diagnostics);
        return (configuration, [.. diagnostics.Select(one => one.ToString())]);
    }
}
