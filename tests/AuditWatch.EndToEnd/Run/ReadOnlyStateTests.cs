using System.Net;
using AuditWatch.EndToEnd.Commands;

namespace AuditWatch.EndToEnd.Run;

/// <summary>A volume that can be read and not written: the kernel makes one of a disk that fails, an administrator by mistake.</summary>
[TakesLong]
public sealed class ReadOnlyStateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Run_StateCannotBeWrittenForAWhile_IsSaidAndNothingIsLost()
    {
        var config = _folder.Write("auditwatch.yaml", $$"""
            {{Rules.ExecAlone}}
            state: {directory: state}
            receivers: [{name: archive, fileConfigs: [{path: told.jsonl}]}]
            route: {receiver: archive}
            """);
        await using var service = await Service.StartAsync("--config", config);
        await FreezeAsync();
        var post = service.Http.PostAsync("/webhook", new StringContent(ExecEvent.By("mallory", "frozen")));
        try
        {
            await service.UntilAsync("it is not ready", async () => (await service.Http.GetAsync("/readyz")).StatusCode == HttpStatusCode.ServiceUnavailable);
            using var ready = await service.Http.GetAsync("/readyz");
            Assert.Contains("cannot be written", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(1, service.Error.Split('\n').Count(line => line.Contains("cannot be written", StringComparison.Ordinal)));
            Assert.DoesNotContain("mallory", Told(), StringComparison.Ordinal);
            Assert.False(post.IsCompletedSuccessfully && (await post).IsSuccessStatusCode, "acknowledged what is not durable");
        }
        finally
        {
            await ThawAsync();
        }

        await service.UntilAsync("it is ready again", async () => (await service.Http.GetAsync("/readyz")).IsSuccessStatusCode);
        await service.UntilAsync("the event is taken", async () =>
        {
            using var again = await service.Http.PostAsync("/webhook", new StringContent(ExecEvent.By("mallory", "frozen")));
            return again.IsSuccessStatusCode;
        });
        await service.UntilAsync("people are told of it", () => Task.FromResult(Told().Contains("mallory", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task Run_ReadOnlyVolumeAtTheStart_EndsAndSaysWhatToDo()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 2);
        await disk.MakeReadOnlyAsync();

        var result = await Cli.RunAsync("run", "--state", disk["state"], "--listen", "127.0.0.1:0");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("It must be a directory that this user may read and write", result.Error, StringComparison.Ordinal);
    }

    private string Told() => File.Exists(_folder["told.jsonl"]) ? File.ReadAllText(_folder["told.jsonl"]) : "";

    // The file that processes share in memory stays as it is: to write there would end the process, as on any volume that the kernel makes read-only.
    private async Task FreezeAsync()
    {
        var frozen = await AttributesAsync("+i");
        Skip.IfNot(frozen.ExitCode == 0, $"no file can be made immutable here: 'sudo TMPDIR=/var/tmp dotnet test' runs the tests as root where that can be done on ext4, xfs and btrfs ({frozen.Error.Trim()})");
    }

    private async Task ThawAsync() => Assert.Equal(0, (await AttributesAsync("-i")).ExitCode);

    private Task<CliResult> AttributesAsync(string change) => Cli.RunProcessAsync("/bin/bash", [], "-c", $"chattr {change} '{_folder["state/auditwatch.db"]}' '{_folder["state/auditwatch.db-wal"]}'");
}
