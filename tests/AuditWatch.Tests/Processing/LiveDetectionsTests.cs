using AuditWatch.Detection;
using AuditWatch.Processing;
using AuditWatch.State;
using AuditWatch.Tests.Detection.Sigma;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Tests.Processing;

public sealed class LiveDetectionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LiveDetections _live;

    public LiveDetectionsTests()
    {
        Write("get.yml", "get");
        _live = new LiveDetections([_folder.FullName], TimeSpan.FromMinutes(5), new StageState(new MemoryStateStore()), TimeProvider.System, NullLoggerFactory.Instance);
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void Start_BrokenFile_RunsTheLastSetThatCouldBeUsedElseTheShippedOne()
    {
        using var state = new TemporaryFolder();
        using var shipped = new TemporaryFolder();
        File.Copy(Path.Combine(_folder.FullName, "get.yml"), Path.Combine(shipped.FullName, "get.yml"));
        var fallback = new DetectionFallback(state["last"], [shipped.FullName]);
        Write("list.yml", "list");
        Assert.Equal((2, true), Started(fallback));

        File.WriteAllText(Path.Combine(_folder.FullName, "get.yml"), "nonsense");
        Assert.Equal((2, false), Started(fallback));
        Assert.Equal((1, false), Started(fallback with { Folder = state["none"] }));
        Assert.Throws<DetectionException>(() => Started(null));

        (int, bool) Started(DetectionFallback? with)
        {
            var live = new LiveDetections([_folder.FullName], TimeSpan.FromMinutes(5), new StageState(new MemoryStateStore()), TimeProvider.System, NullLoggerFactory.Instance, fallback: with);
            return (live.LastReload.Rules, live.LastReload.Succeeded);
        }
    }

    [Fact]
    public void Check_AddedFile_IsLiveAtTheNextBatch()
    {
        Write("list.yml", "list");

        LookTwice();

        Assert.Equal(["get", "list"], Found());
        Assert.True(_live.LastReload.Succeeded);
        Assert.Equal(2, _live.LastReload.Rules);
    }

    [Fact]
    public void Check_ChangedFile_IsLiveAtTheNextBatch()
    {
        Write("get.yml", "list");

        LookTwice();

        Assert.Equal(["list"], Found());
    }

    [Fact]
    public void Check_LinkThatLeadsElsewhere_IsLiveAtTheNextBatch()
    {
        using var versions = new TemporaryFolder();
        Directory.CreateDirectory(versions["1"]);
        Directory.CreateDirectory(versions["2"]);
        File.Move(Path.Combine(_folder.FullName, "get.yml"), Path.Combine(versions["1"], "get.yml"));
        Write("get.yml", "list", versions["2"]);
        Directory.CreateSymbolicLink(versions["current"], versions["1"]);
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "get.yml"), Path.Combine(versions["current"], "get.yml"));
        Look(10);
        Assert.Equal(["get"], Found());

        // As kubelet does when a ConfigMap changes.
        Directory.Delete(versions["current"]);
        Directory.CreateSymbolicLink(versions["current"], versions["2"]);
        LookTwice();

        Assert.Equal(["list"], Found());
    }

    [Fact]
    public void Check_ChangeThatKeepsLengthAndTime_IsLiveWithinAMinute()
    {
        Look(10);
        var file = Path.Combine(_folder.FullName, "get.yml");
        var (text, written) = (File.ReadAllText(file), File.GetLastWriteTimeUtc(file));
        File.WriteAllText(file, text.Replace("verb: get", "verb: put", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(file, written);

        Look((int)(TimeSpan.FromMinutes(1) / LiveDetections.Interval));

        Assert.Empty(Found());
    }

    [Fact]
    public void Check_RemovedFile_IsGone()
    {
        Write("list.yml", "list");
        LookTwice();
        File.Delete(Path.Combine(_folder.FullName, "get.yml"));

        LookTwice();

        Assert.Equal(["list"], Found());
    }

    [Fact]
    public void Check_BrokenFile_KeepsTheWholeLastSetAndSaysWhy()
    {
        Write("list.yml", "list");
        File.WriteAllText(Path.Combine(_folder.FullName, "broken.yml"), "title: [");

        LookTwice();

        Assert.Equal(["get"], Found());
        Assert.False(_live.LastReload.Succeeded);
        Assert.Contains(_live.LastReload.Errors, error => error.Location.File.EndsWith("broken.yml", StringComparison.Ordinal));
    }

    [Fact]
    public void Check_RepairedFile_TakesOver()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "list.yml"), "title: [");
        LookTwice();
        Write("list.yml", "list");

        LookTwice();

        Assert.True(_live.LastReload.Succeeded);
        Assert.Equal(["get", "list"], Found());
    }

    [Fact]
    public void Check_EveryFileGone_KeepsTheLastSet()
    {
        File.Delete(Path.Combine(_folder.FullName, "get.yml"));

        LookTwice();

        Assert.False(_live.LastReload.Succeeded);
        Assert.Equal(["get"], Found());
    }

    [Fact]
    public void Check_FileStillBeingWritten_WaitsUntilItRests()
    {
        Write("list.yml", "list");

        _live.Check();

        Assert.Equal(["get"], Found());
    }

    [Fact]
    public void Check_SwapOfAConfigMapsLinks_IsLiveAndEachFileCountsOnce()
    {
        // As the kubelet mounts a ConfigMap: names link into ..data, which links into a folder with a time in its name.
        using var folder = new TemporaryFolder();
        var mount = folder.FullName;
        var live = MountedConfigMap(mount);
        Write("b.yml", "list", Directory.CreateDirectory(Path.Combine(mount, "..2026_02")).FullName);
        File.Delete(Path.Combine(mount, "..data"));
        File.CreateSymbolicLink(Path.Combine(mount, "..data"), "..2026_02");
        File.CreateSymbolicLink(Path.Combine(mount, "b.yml"), "..data/b.yml");
        File.Delete(Path.Combine(mount, "a.yml"));

        live.Check();
        live.Check();

        Assert.True(live.LastReload.Succeeded, string.Join("; ", live.LastReload.Errors));
        Assert.Equal(["list"], Found(live));
    }

    [Fact]
    public void Current_AfterASwap_RequestsAlreadyFoundStayKnown()
    {
        Assert.Equal(["get"], Found());
        Write("list.yml", "list");
        LookTwice();

        Assert.Equal(["list"], Found());
    }

    private static LiveDetections MountedConfigMap(string mount)
    {
        Write("a.yml", "get", Directory.CreateDirectory(Path.Combine(mount, "..2026_01")).FullName);
        File.CreateSymbolicLink(Path.Combine(mount, "..data"), "..2026_01");
        File.CreateSymbolicLink(Path.Combine(mount, "a.yml"), "..data/a.yml");
        return new LiveDetections([mount], TimeSpan.FromMinutes(5), new StageState(new MemoryStateStore()), TimeProvider.System, NullLoggerFactory.Instance);
    }

    private static void Write(string file, string verb, string folder) => File.WriteAllText(
        Path.Combine(folder, file), Rule.Around($"selection: {{verb: {verb}}}\ncondition: selection").Replace("name: test", $"name: {verb}", StringComparison.Ordinal));

    private void Write(string file, string verb) => Write(file, verb, _folder.FullName);

    private void LookTwice() => Look(2);

    private void Look(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _live.Check();
        }
    }

    private List<string> Found() => Found(_live);

    // What the live rules find in a get and a list.
    private static List<string> Found(LiveDetections live)
    {
        using var batch = Rule.Events("""{"auditID":"a","stage":"ResponseComplete","user":{},"verb":"get"}{"auditID":"b","stage":"ResponseComplete","user":{},"verb":"list"}""");
        var findings = new List<Finding>();
        live.Current().Engine.Detect(batch, findings);
        return [.. findings.Select(finding => finding.Detection.Name)];
    }
}
