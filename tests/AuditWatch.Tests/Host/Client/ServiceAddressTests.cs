using AuditWatch.Host;
using AuditWatch.Host.Api;
using AuditWatch.Host.Client;

namespace AuditWatch.Tests.Host.Client;

public sealed class ServiceAddressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("http://127.0.0.1:9880", "http://127.0.0.1:9880/")]
    [InlineData("https://auditwatch.example.com/", "https://auditwatch.example.com/")]
    public void Parse_HttpAddress_HasNoSocket(string text, string http)
    {
        var address = ServiceAddress.Parse(text);

        Assert.Equal((text, http, null), (address.Text, address.Http.AbsoluteUri, address.Socket));
    }

    [Fact]
    public void Parse_FolderOrSocketBehindUnix_IsTheSocket()
    {
        var socket = ApiSocket.PathIn(_folder.ToString());

        Assert.Equal(socket, ServiceAddress.Parse($"unix:{_folder}").Socket);
        Assert.Equal(socket, ServiceAddress.Parse($"UNIX:{socket}").Socket);
    }

    [Theory]
    [InlineData("localhost:9880")]
    [InlineData("ftp://localhost/")]
    [InlineData("http://localhost/api")]
    [InlineData("http://localhost/?a=b")]
    [InlineData("http://me:secret@localhost/")]
    [InlineData("unix:")]
    [InlineData("")]
    public void Parse_SomethingElse_SaysWhatToWrite(string text) =>
        Assert.Contains("write http://127.0.0.1:9880, or unix:DIR", Assert.Throws<UsageException>(() => ServiceAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void FromConfiguration_StateDirectory_IsWhereTheSocketIs()
    {
        var directory = Directory.CreateDirectory(_folder["state"]).FullName;

        Assert.Equal(ApiSocket.PathIn(directory), ServiceAddress.FromConfiguration(_folder.Write("auditwatch.yaml", "state: {directory: state}")).Socket);
        Assert.Contains("name the service with --url", Assert.Throws<UsageException>(() => ServiceAddress.FromConfiguration(_folder.Write("none.yaml", "{}"))).Message, StringComparison.Ordinal);
    }
}
