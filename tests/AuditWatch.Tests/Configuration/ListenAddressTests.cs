using AuditWatch.Configuration;

namespace AuditWatch.Tests.Configuration;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9880", "127.0.0.1:9880")]
    [InlineData("[::1]:9880", "[::1]:9880")]
    [InlineData("localhost:1", "127.0.0.1:1")]
    [InlineData(":9880", "[::]:9880")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    public void TryParse_Address_IsRead(string text, string expected)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(expected, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("9880")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("example.com:9880")]
    [InlineData("127.0.0.1:99999")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(ListenAddress.TryParse(text, out _));
}
