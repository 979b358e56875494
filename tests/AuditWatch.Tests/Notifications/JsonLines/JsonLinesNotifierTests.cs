using System.Diagnostics;
using System.Text.Json.Nodes;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications;
using AuditWatch.Notifications.JsonLines;

namespace AuditWatch.Tests.Notifications.JsonLines;

public sealed class JsonLinesNotifierTests : NotifierContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private FileStream? _pipe;

    private string Path => System.IO.Path.Combine(_folder.FullName, "alerts.jsonl");

    public void Dispose()
    {
        // What is stuck in the pipe gets room, and ends.
        _pipe?.ReadExactly(new byte[65536]);
        _pipe?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Notify_SeveralToOneFile_DoNotMixTheirLines()
    {
        var notifiers = Enumerable.Range(0, 8).Select(i => new JsonLinesNotifier($"file[{i}]", Path)).ToList();

        await Task.WhenAll(notifiers.Select(notifier => NotifyAsync(notifier, SampleAlert.Group(SampleAlert.Exec()))));

        var lines = await File.ReadAllLinesAsync(Path);
        Assert.Equal(160, lines.Length);
        Assert.All(lines, line => Assert.NotNull(JsonNode.Parse(line)));
    }

    [Fact]
    public async Task Notify_Group_AppendsALineForEachAlert()
    {
        var notifier = new JsonLinesNotifier("file", Path);
        await NotifyAsync(notifier, SampleAlert.Exec());
        await NotifyAsync(notifier, SampleAlert.Group(SampleAlert.Exec()) with { Id = "n-2", Kind = NotificationKind.Closed });

        var lines = (await File.ReadAllLinesAsync(Path)).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(21, lines.Count);
        Assert.Equal(("n-2", "closed"), ((string?)lines[20]["notification"]!["id"], (string?)lines[20]["notification"]!["kind"]));
        Assert.Equal("0000000000000013", (string?)lines[20]["alert"]!["id"]);
    }

    [Fact]
    public async Task Notify_AlertOfAnIncident_SaysWhichAndWhereInIt()
    {
        var notification = SampleAlert.Notify(SampleAlert.Exec());
        await NotifyAsync(new JsonLinesNotifier("file", Path), notification);
        await NotifyAsync(new JsonLinesNotifier("file", Path), notification with
        {
            Incidents = new Dictionary<string, IncidentPlace> { [SampleAlert.Exec().Id] = new("953a6c424c7eab7f", "Secret read: jane", Level.Critical, 3, 5) },
        });

        var alerts = (await File.ReadAllLinesAsync(Path)).Select(line => JsonNode.Parse(line)!["alert"]!.AsObject()).ToList();
        Assert.True(alerts[0].ContainsKey("incident"));
        Assert.Null(alerts[0]["incident"]);
        Assert.Equal("""{"id":"953a6c424c7eab7f","title":"Secret read: jane","level":"critical","number":3,"alertCount":5}""", alerts[1]["incident"]!.ToJsonString());
    }

    [SkippableFact]
    public async Task Notify_NewFile_CanBeReadByItsOwnerOnly()
    {
        Skip.If(OperatingSystem.IsWindows(), "there are no such modes");
        await NotifyAsync(new JsonLinesNotifier("file", Path), SampleAlert.Exec());

#pragma warning disable CA1416 // Skipped there.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task Notify_Rotated_GoesOnInANewFile()
    {
        var notifier = new JsonLinesNotifier("file", Path);
        await NotifyAsync(notifier, SampleAlert.Exec());
        File.Move(Path, $"{Path}.1");

        await NotifyAsync(notifier, SampleAlert.Exec());

        Assert.Single(await File.ReadAllLinesAsync(Path));
        Assert.Single(await File.ReadAllLinesAsync($"{Path}.1"));
    }

    [Fact]
    public async Task Notify_LastLineCutOff_BeginsANewOne()
    {
        await File.WriteAllTextAsync(Path, """{"notification":{"id":""");

        await NotifyAsync(new JsonLinesNotifier("file", Path), SampleAlert.Exec());

        var lines = await File.ReadAllLinesAsync(Path);
        Assert.Equal(2, lines.Length);
        Assert.NotNull(JsonNode.Parse(lines[1]));
    }

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(new JsonLinesNotifier("file", Path));

    // A pipe that is full and that nobody reads.
    protected override async Task<INotifier> CreateHangingAsync()
    {
        var pipe = System.IO.Path.Combine(_folder.FullName, "pipe");
        using var mkfifo = Process.Start("mkfifo", pipe);
        await mkfifo.WaitForExitAsync();
        _pipe = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        _pipe.Write(new byte[65536]);
        return new JsonLinesNotifier("file", pipe);
    }

    // Nobody can see the kernel hold a writer; but a pipe that is full takes nothing, whenever it is tried.
    protected override Task HangsAsync() => Task.CompletedTask;

    protected override async IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync()
    {
        yield return ("a file", await CreateAsync(), DeliveryOutcome.Delivered);
        yield return ("no folder", new JsonLinesNotifier("file", System.IO.Path.Combine(_folder.FullName, "gone", "alerts.jsonl")), DeliveryOutcome.Retry);
        yield return ("a folder", new JsonLinesNotifier("file", _folder.FullName), DeliveryOutcome.Retry);
        if (File.Exists("/dev/full"))
        {
            yield return ("a full disk", new JsonLinesNotifier("file", "/dev/full"), DeliveryOutcome.Retry);
        }
    }

    protected override async Task<string> LastMessageAsync()
    {
        var lines = await File.ReadAllTextAsync(Path);
        File.Delete(Path);
        return lines;
    }

    // To a program, what is well-formed is harmless.
    protected override async Task AssertHarmlessAsync() =>
        Assert.All((await LastMessageAsync()).TrimEnd('\n').Split('\n'), line => Assert.NotNull(JsonNode.Parse(line)!["alert"]));
}
