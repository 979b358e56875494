using AuditWatch.Host;
using AuditWatch.Host.Run;

namespace AuditWatch.Tests.Host.Run;

public sealed class ServiceSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Nothing_ListensOnLoopbackAndTellsTheConsole()
    {
        var settings = Load();

        Assert.Equal("127.0.0.1:9880", settings.Listen.ToString());
        Assert.Equal("console", Assert.Single(settings.Service.Routing.Receivers).Name);
        Assert.Empty(settings.Service.Files);
        Assert.Null(settings.State.Directory);
    }

    [Fact]
    public void Load_CommandLineAndFile_CommandLineWins()
    {
        var config = _folder.Write("auditwatch.yaml", "sources: {webhook: {listen: '127.0.0.1:1'}, files: [{path: a.log, cluster: prod}]}\nstate: {directory: one}\n");

        var alone = Load(config);
        var both = Load(config, logFile: _folder["b.log"], listen: "127.0.0.1:2", state: _folder["two"]);

        Assert.Equal(("127.0.0.1:1", _folder["one"]), (alone.Listen.ToString(), alone.State.Directory));
        Assert.Equal(("127.0.0.1:2", _folder["two"]), (both.Listen.ToString(), both.State.Directory));
        Assert.Equal([_folder["a.log"], _folder["b.log"]], both.Service.Files.Select(file => file.Path));
    }

    [Theory]
    [InlineData("nowhere", "'nowhere' is not an address to listen on: write IP:PORT, such as 127.0.0.1:9880 or [::1]:9880")]
    [InlineData("0.0.0.0:9880", "0.0.0.0:9880")]
    public void Load_AddressThatMustNotBe_IsRefused(string listen, string expected) =>
        Assert.Contains(expected, Assert.Throws<UsageException>(() => Load(listen: listen)).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_LogThatIsAFolder_SaysToNameTheLog() =>
        Assert.Contains("name the log in it", Assert.Throws<UsageException>(() => Load(logFile: _folder.ToString())).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_WrongConfiguration_SaysEveryMistakeWithItsPlace()
    {
        var config = _folder.Write("auditwatch.yaml", "latenes: 5m\nsources: {webhook: {listen: nowhere}}\n");

        var said = Assert.Throws<UsageException>(() => Load(config)).Message.Split('\n');

        Assert.Equal([$"{config}:1:1", $"{config}:2:21"], said.Select(line => line[..line.IndexOf(": error", StringComparison.Ordinal)]));
    }

    private static ServiceSettings Load(string? config = null, string? logFile = null, string? listen = null, string? state = null) =>
        ServiceSettings.Load(config, logFile, fromStart: false, listen, state, TextWriter.Null);
}
