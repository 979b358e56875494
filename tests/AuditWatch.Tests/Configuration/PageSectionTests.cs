using AuditWatch.Configuration;
using AuditWatch.Notifications;
using AuditWatch.Sources.Webhook.Access;
using AuditWatch.Tests.Notifications.Email;

namespace AuditWatch.Tests.Configuration;

public sealed class PageSectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PageSectionTests()
    {
        using var authority = new TestAuthority();
        authority.Write(_folder.FullName);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parse_NoSection_IsWhereTheWebhookIs() => Assert.Null(Parse("sources: {webhook: {listen: '127.0.0.1:9880'}}").Configuration?.Page);

    [Theory]
    [InlineData("{listen: '127.0.0.1:9881'}", "127.0.0.1:9881", false)]
    [InlineData("{listen: 'localhost:0'}", "127.0.0.1:0", false)]
    [InlineData("{listen: ':9881', insecure: true}", "[::]:9881", false)]
    [InlineData("{listen: '192.0.2.1:9881', tls: {certFile: server.pem, keyFile: server.key}}", "192.0.2.1:9881", true)]
    public void Parse_Listener_IsUnderstood(string page, string listen, bool hasTls)
    {
        var (configuration, errors) = Parse($"page: {page}");

        Assert.Empty(errors);
        Assert.Equal(listen, configuration!.Page!.Listen.ToString());
        Assert.Equal(hasTls ? new TlsOptions(_folder["server.pem"], _folder["server.key"]) : null, configuration.Page.Tls);
    }

    [Theory]
    [InlineData("page: {listen: '0.0.0.0:9881'}", "1:8", "without TLS")]
    [InlineData("page: {listen: '0.0.0.0:9881', insecure: false}", "1:8", "without TLS")]
    [InlineData("page: {listen: 'somewhere'}", "1:8", "is not an address to listen on")]
    [InlineData("page: {}", "1:7", "listen")]
    [InlineData("page: {listen: '127.0.0.1:9881', tls: {certFile: none.pem, keyFile: server.key}}", "1:40", "'none.pem' cannot be used")]
    [InlineData("page: {listen: '127.0.0.1:9881', tls: {certFile: server.pem, keyFile: server.key, clientCaFile: server.pem}}", "1:83", "clientCaFile")]
    [InlineData("page: {listen: '127.0.0.1:9881', auth: {}}", "1:34", "auth")]
    [InlineData("page: {listen: '127.0.0.1:9880'}\nsources: {webhook: {listen: '127.0.0.1:9880'}}", "1:8", "the webhook listens on '127.0.0.1:9880' already")]
    public void Parse_Mistake_IsReportedAtItsPlace(string yaml, string place, string message)
    {
        var (configuration, errors) = Parse(yaml);

        Assert.Null(configuration);
        Assert.Contains(errors, error => error.Contains($"auditwatch.yaml:{place}", StringComparison.Ordinal) && error.Contains(message, StringComparison.Ordinal));
    }

    private (ServiceConfiguration? Configuration, IReadOnlyList<string> Errors) Parse(string yaml)
    {
        var diagnostics = new Diagnostics();
        var configuration = ConfigurationFile.Parse(_folder["auditwatch.yaml"], yaml, new NotifierKinds(), diagnostics);
        return (configuration, [.. diagnostics.Select(one => one.ToString())]);
    }
}
