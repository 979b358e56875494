using AuditWatch.Host;
using AuditWatch.Host.Client;

namespace AuditWatch.Tests.Host.Client;

public sealed class ServiceTokenTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("https://auditwatch.example.com")]
    [InlineData("http://127.0.0.1:9880")]
    [InlineData("http://localhost:9880")]
    [InlineData("unix:/var/lib/auditwatch")]
    public void Read_WhereNobodyListensIn_IsTheLineOfTheFile(string url) =>
        Assert.Equal("auditwatch_0123", ServiceToken.Read(_folder.Write("token", "auditwatch_0123\r\n"), ServiceAddress.Parse(url)));

    [Fact]
    public void Read_OverPlainHttp_IsRefused()
    {
        var refusal = Assert.Throws<UsageException>(() => ServiceToken.Read(_folder.Write("token", "auditwatch_0123"), ServiceAddress.Parse("http://192.0.2.1:9880")));

        Assert.Contains("write https://", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("one\ntwo")]
    [InlineData("tökén")]
    public void Read_NoToken_SaysSoAndDoesNotRepeatIt(string content)
    {
        var file = _folder.Write("secret-file", content);

        Assert.Equal($"{file} has no token in it, which would be one line as 'auditwatch token create' printed it", Assert.Throws<UsageException>(() => ServiceToken.Read(file, ServiceAddress.Parse("https://a.example"))).Message);
    }

    [Fact]
    public void Read_NoFile_SaysSo() => Assert.StartsWith("the token cannot be read: ", Assert.Throws<UsageException>(() => ServiceToken.Read(_folder["none"], ServiceAddress.Parse("https://a.example"))).Message, StringComparison.Ordinal);
}
