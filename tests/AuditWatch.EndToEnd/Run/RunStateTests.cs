using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AuditWatch.EndToEnd.Commands;

namespace AuditWatch.EndToEnd.Run;

[TakesLong]
public sealed class RunStateTests
{
    [Fact]
    public async Task Run_ConfigurationInThisFolder_KeepsItsStateBesideIt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("auditwatch.yaml", "state: {directory: state}");

        var result = await Cli.RunProcessAsync("/bin/bash", [], "-c", $"""
            cd '{folder["."]}'
            '{Cli.Executable}' run --config auditwatch.yaml --listen 127.0.0.1:0 &
            for i in $(seq 600); do [ -S state/auditwatch.sock ] && break; sleep 0.1; done
            sleep 0.5
            kill $!
            wait $!
            """);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.True(File.Exists(folder["state/lock"]));
    }

    [Fact]
    public async Task Run_StateDamaged_IsRefusedUnlessItIsToRecover()
    {
        using var folder = new TemporaryFolder();
        await using (var service = await Service.StartAsync("--state", folder["state"]))
        {
            await service.PostAsync(string.Join('\n', Enumerable.Range(0, 40).Select(n => ExecEvent.By($"user-{n}", $"{n}"))));
            Assert.Equal(0, await service.StopAsync());
        }

        DamageLeavesWith("user-20"u8, folder["state/auditwatch.db"]);
        var refused = await Cli.RunAsync("run", "--listen", "127.0.0.1:0", "--state", folder["state"]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("Start it once with 'auditwatch run --recover'", refused.Error, StringComparison.Ordinal);

        await using var recovered = await Service.StartAsync("--state", folder["state"], "--recover");
        Assert.Matches(@"was damaged and is recovered: [\d,]+ rows are kept; lost: at most \d+ of alerts, of which \d+ are kept", recovered.Error);
        await recovered.PostAsync(ExecEvent.By("afterwards", "100"));
        var actors = (await Cli.RunAsync("alerts", "list", "--format", "json", "--limit", "100", "--url", $"unix:{folder["state"]}")).OutLines.Select(line => (string?)JsonNode.Parse(line)!["actor"]).ToList();
        Assert.Contains("afterwards", actors);
        Assert.InRange(actors.Count, 20, 40);
    }

    // Pages of SQLite of 4 KiB, of which 0x0d marks the leaf of a table.
    private static void DamageLeavesWith(ReadOnlySpan<byte> text, string path)
    {
        var file = File.ReadAllBytes(path);
        for (var page = 4096; page < file.Length; page += 4096)
        {
            if (file[page] == 0x0d && file.AsSpan(page, 4096).IndexOf(text) >= 0)
            {
                file.AsSpan(page, 4096).Fill(0xff);
            }
        }

        File.WriteAllBytes(path, file);
    }

    [SkippableFact]
    public async Task Run_StateRemovedMeanwhile_AcknowledgesNothingTellsAndGoesOnOnceItIsBack()
    {
        Skip.If(OperatingSystem.IsWindows(), "a file in use cannot be removed there");
        using var folder = new TemporaryFolder();
        var config = folder.Write("auditwatch.yaml", $$"""
            {{Rules.ExecAlone}}
            state: {directory: state}
            receivers: [{name: archive, fileConfigs: [{path: told.jsonl, sendResolved: true}]}]
            route: {receiver: archive}
            """);
        await using var service = await Service.StartAsync("--config", config);
        await service.PostAsync(ExecEvent.By("jane", "1"));

        File.Move(folder["state/auditwatch.db"], folder["auditwatch.db"]);
        var posting = service.Http.PostAsync("/webhook/production", new StringContent(ExecEvent.By("joe", "2"), Encoding.UTF8, "application/json"));
        await service.UntilAsync("it is not ready", async () => (await service.Http.GetAsync("/readyz")).StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.Contains("auditwatch.db was removed while the service ran. Put it back", await (await service.Http.GetAsync("/readyz")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await service.UntilAsync("people are told", () => Task.FromResult(File.ReadAllText(folder["told.jsonl"]).Contains("auditwatch_state_unwritable", StringComparison.Ordinal)));
        using (var answer = await posting)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }

        Assert.False(File.Exists(folder["state/auditwatch.db"]));
        File.Move(folder["auditwatch.db"], folder["state/auditwatch.db"]);
        await service.UntilAsync("it is ready again", async () => (await service.Http.GetAsync("/readyz")).IsSuccessStatusCode);
        await service.PostAsync(ExecEvent.By("joe", "2"));
        Assert.Equal(["jane", "joe"], (await Cli.RunAsync("alerts", "list", "--format", "json", "--detection", "exec_into_pod", "--config", config)).OutLines.Select(line => (string?)JsonNode.Parse(line)!["actor"]).Order());
    }

    [Fact]
    public async Task Run_RecoverWithoutAStateDirectory_IsAUsageError()
    {
        var result = await Cli.RunAsync("run", "--listen", "127.0.0.1:0", "--recover");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("name it with --state, or leave the option out", result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Run_EventsWithSecrets_KeepsNoneAndIsReadableByItsOwnerOnly()
    {
        Skip.If(OperatingSystem.IsWindows(), "there are no such modes");
        const string canary = "c4n4ry0fas3cr3t";
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--state", folder["state"]);
        await service.PostAsync(ExecEvent.By("jane", "1").Replace("command=id", $"command=mysql&command=--password%3D{canary}", StringComparison.Ordinal) + "\n" + $$$"""
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"2","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/payments/secrets/db","verb":"get","user":{"username":"system:serviceaccount:payments:app"},"sourceIPs":["203.0.113.7"],"userAgent":"curl","objectRef":{"resource":"secrets","namespace":"payments","name":"db","apiVersion":"v1"},"responseStatus":{"code":200},"responseObject":{"kind":"Secret","data":{"password":"{{{canary}}}"}},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","stageTimestamp":"2026-11-21T00:00:00.000000Z"}
            """);

        // While it runs, what is new is in the write-ahead log; afterwards in the database.
        Look();
        Assert.Equal(0, await service.StopAsync());
        Look();

        void Look()
        {
            // The lock is empty, and may not be read while it is held.
            var files = Directory.GetFiles(folder["state"]).Where(path => Path.GetFileName(path) is not "lock" and not "auditwatch.sock").ToList();
            var texts = files.ConvertAll(path => Encoding.UTF8.GetString(Bytes(path)));
            Assert.Contains(texts, text => text.Contains("exec_into_pod", StringComparison.Ordinal) && text.Contains("secret_read_by_service_account", StringComparison.Ordinal));
            Assert.DoesNotContain(texts, text => text.Contains(canary, StringComparison.Ordinal) || text.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(canary)), StringComparison.Ordinal));
#pragma warning disable CA1416 // Skipped there.
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["state"]));
            Assert.All(files, path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)));
#pragma warning restore CA1416
        }

        static byte[] Bytes(string path)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            file.CopyTo(bytes);
            return bytes.ToArray();
        }
    }
}
