namespace AuditWatch.EndToEnd.Run;

public sealed class RunFileTests(ScannedSample scanned) : IClassFixture<ScannedSample>
{
    [Fact]
    public async Task Run_FileThatGrows_RaisesTheAlertsOfTheScan()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("audit.log", "");
        await using var service = await Service.StartAsync("--file", log);

        foreach (var lines in Sample.Lines.Chunk(500))
        {
            await File.AppendAllLinesAsync(log, lines);
        }

        await service.UntilAlertsAsync(scanned.Alerts.Count);
        Assert.Equal(0, await service.StopAsync());
        Assert.Equal(scanned.Alerts, service.Alerts);
    }

    [Fact]
    public async Task Run_FileRotatedByRename_MissesNothing()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("audit.log", "");
        await using var service = await Service.StartAsync("--file", log);

        await File.AppendAllLinesAsync(log, Sample.Lines.Take(900));
        File.Move(log, folder["audit-2026-11-21T00-30-00.000.log"]);
        await File.AppendAllLinesAsync(log, Sample.Lines.Skip(900));

        await service.UntilAlertsAsync(scanned.Alerts.Count);
        Assert.Equal(0, await service.StopAsync());
        Assert.Equal(scanned.Alerts, service.Alerts);
    }

    [Fact]
    public async Task Run_FromStart_ReadsWhatIsThere()
    {
        await using var service = await Service.StartAsync("--file", Sample.Path, "--from-start");

        await service.UntilAlertsAsync(scanned.Alerts.Count);

        Assert.Equal(scanned.Alerts, service.Alerts);
    }

    [Fact]
    public async Task Run_FileCutShortAfterItWasRead_GoesOnAndHasLostNothing()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Write("audit.log", "");
        await using var service = await Service.StartAsync("--file", log);
        await File.AppendAllLinesAsync(log, Sample.Lines.Take(900));
        await service.UntilAsync("it is read", async () => await service.MetricAsync("auditwatch_events_total") == 900);

        using (var file = new FileStream(log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(0);
        }

        await service.UntilAsync("that is seen", async () => await service.MetricAsync("auditwatch_file_truncations_total") == 1);
        await File.AppendAllLinesAsync(log, Sample.Lines.Skip(900));

        await service.UntilAlertsAsync(scanned.Alerts.Count);
        Assert.Equal(0, await service.MetricAsync("auditwatch_file_lost_total") ?? 0);
        Assert.Equal(0, await service.StopAsync());
        Assert.Equal(scanned.Alerts, service.Alerts);
    }
}
