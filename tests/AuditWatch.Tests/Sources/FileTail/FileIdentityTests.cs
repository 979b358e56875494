using AuditWatch.Sources.FileTail;

namespace AuditWatch.Tests.Sources.FileTail;

public class FileIdentityTests
{
    [Fact]
    public void Of_RenamedFileAndOneInItsPlace_TellsThemApart()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a"], "");
        using var before = File.OpenHandle(folder["a"]);
        File.Move(folder["a"], folder["b"]);
        File.WriteAllText(folder["a"], "");
        using var renamed = File.OpenHandle(folder["b"]);
        using var after = File.OpenHandle(folder["a"]);

        Assert.Equal(FileIdentity.Of(before), FileIdentity.Of(renamed));
        Assert.NotEqual(FileIdentity.Of(before), FileIdentity.Of(after));
    }
}
