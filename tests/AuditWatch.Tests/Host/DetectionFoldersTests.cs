using AuditWatch.Detection;
using AuditWatch.Host;

namespace AuditWatch.Tests.Host;

public sealed class DetectionFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Resolve_NothingGiven_IsTheShippedOnes()
    {
        var shipped = Path.Combine(AppContext.BaseDirectory, "detections");

        Assert.Equal([shipped], DetectionFolders.Resolve(null));
        Assert.Equal([shipped], DetectionFolders.Resolve([]));
    }

    [Fact]
    public void Resolve_BuiltinAmongPaths_KeepsTheirOrderEachOnce() =>
        Assert.Equal([_folder.ToString(), Path.Combine(AppContext.BaseDirectory, "detections")], DetectionFolders.Resolve([_folder.ToString(), "builtin", _folder.ToString(), "builtin"]));

    [Fact]
    public void Resolve_PathOfNothing_IsNamed() =>
        Assert.Equal("there is no file or folder of detections 'no/such'", Assert.Throws<UsageException>(() => DetectionFolders.Resolve(["no/such"])).Message);

    [Fact]
    public void Find_NameOrId_IsFoundAndOthersAreSuggested()
    {
        var detections = DetectionLoader.LoadUsable([RepositoryFiles.Detections]);
        var exec = DetectionFolders.Find(detections, "exec_into_pod");

        Assert.Same(exec, DetectionFolders.Find(detections, exec.Id!));
        Assert.Contains("exec_into_pod", Assert.Throws<UsageException>(() => DetectionFolders.Find(detections, "exec_in_pod")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RequireSome_FolderWithoutDetections_IsTheWrongOne()
    {
        var said = new Diagnostics();
        var none = DetectionLoader.Load([_folder.ToString()], said);

        Assert.Contains(_folder.ToString(), Assert.Throws<UsageException>(() => DetectionFolders.RequireSome([_folder.ToString()], none, said)).Message, StringComparison.Ordinal);
        said.Error(default, "a reason");
        DetectionFolders.RequireSome([_folder.ToString()], none, said);
    }
}
