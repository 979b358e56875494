using System.IO.Compression;

namespace AuditWatch.EndToEnd.Scan;

/// <summary>Which files a scan reads, in which order, and what it says of those that it cannot read to their ends.</summary>
[TakesLong]
public sealed class ScanFilesTests
{
    [Fact]
    public async Task Scan_MissingFile_IsAUsageErrorThatNamesIt()
    {
        var result = await Cli.RunAsync("scan", "/no/such/audit.log");

        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains("/no/such/audit.log", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_FolderWithoutLogs_IsAUsageErrorThatNamesIt()
    {
        using var folder = new TemporaryFolder();
        folder.Write("kubelet.log", Sample.Lines[0]);

        var result = await Cli.RunAsync("scan", folder.ToString());

        Assert.Equal((2, ""), (result.ExitCode, result.Out));
        Assert.Contains(folder.ToString(), result.Error, StringComparison.Ordinal);
    }

    /// <summary>The correlations of the sample come out only if its parts are read in the order of time.</summary>
    [Fact]
    public async Task Scan_FolderOfRotatedLogs_ReadsThemInTheOrderOfTime()
    {
        using var folder = new TemporaryFolder();
        Compress(folder["audit.log.2.gz"], Sample.Lines.Take(500));
        Compress(folder["audit-2026-11-21T09-00-00.000.log.gz"], Sample.Lines.Skip(500).Take(500));
        File.WriteAllLines(folder["audit-2026-11-21T08-00-00.000.log"], Sample.Lines.Skip(1000));
        folder.Write("audit.log", "");
        folder.Write("other.log", "rubbish");

        var result = await Cli.RunAsync("scan", folder.ToString(), "--format", "json");

        Assert.Equal(await Sample.ScanAsync(), AlertLine.Parse(result));
        Assert.Contains($"{Sample.Lines.Count:N0} events, 0 rejected", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("late", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_FilesInTheWrongOrder_ReadsThemInTheOrderOfTime()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["1.log"], Sample.Lines.Take(800));
        File.WriteAllLines(folder["2.log"], Sample.Lines.Skip(800));

        var result = await Cli.RunAsync("scan", folder["2.log"], folder["1.log"], "--format", "json");

        Assert.Equal(await Sample.ScanAsync(), AlertLine.Parse(result));
        Assert.DoesNotContain("late", result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Scan_PipeAmongFiles_IsReadWhole()
    {
        Skip.IfNot(Tools.Has("zcat"), "needs zcat (apt-get install gzip)");
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["1.log"], Sample.Lines.Take(800));
        Compress(folder["2.log.gz"], Sample.Lines.Skip(800));

        var result = await Cli.RunProcessAsync(
            "/bin/bash", [], "-c", $"'{Cli.Executable}' scan '{folder["1.log"]}' <(zcat '{folder["2.log.gz"]}') --format json");

        Assert.Equal(await Sample.ScanAsync(), AlertLine.Parse(result));
    }

    [Theory]
    [InlineData(-1000)]
    [InlineData(-1)]
    public async Task Scan_CompressedLogCutShort_UsesWhatIsThereAndSaysSo(int end)
    {
        using var folder = new TemporaryFolder();
        Compress(folder["audit.log.gz"], Sample.Lines);
        var bytes = await File.ReadAllBytesAsync(folder["audit.log.gz"]);
        await File.WriteAllBytesAsync(folder["audit.log.gz"], bytes[..^-end]);

        var result = await Cli.RunAsync("scan", folder["audit.log.gz"], "--detections", Rules.Exec);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("not all of the input could be read", result.Error, StringComparison.Ordinal);
        Assert.Contains("exec_into_pod", result.Out, StringComparison.Ordinal);
        Assert.Matches($@"audit\.log\.gz:1\d\d\d:\d+: the compressed data are damaged or cut short", result.Error);
        Assert.Matches(@"1,\d\d\d events, [12] rejected", result.Error);
    }

    [Fact]
    public async Task Scan_SomethingAfterTheCompressedLog_IsNotPassedOver()
    {
        using var folder = new TemporaryFolder();
        Compress(folder["audit.log.gz"], Sample.Lines);
        await File.AppendAllTextAsync(folder["audit.log.gz"], Sample.Lines[0]);

        var result = await Cli.RunAsync("scan", folder["audit.log.gz"], "--detections", Rules.Exec);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{Sample.Lines.Count:N0} events, 1 rejected", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_CompressedLogDamagedInTheMiddle_UsesWhatComesBeforeAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        Compress(folder["audit.log.gz"], Sample.Lines);
        var bytes = await File.ReadAllBytesAsync(folder["audit.log.gz"]);
        bytes.AsSpan(bytes.Length / 2, 100).Fill(0xFF);
        await File.WriteAllBytesAsync(folder["audit.log.gz"], bytes);

        var result = await Cli.RunAsync("scan", folder["audit.log.gz"], "--detections", Rules.Exec);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the compressed data are damaged or cut short", result.Error, StringComparison.Ordinal);
    }

    private static void Compress(string path, IEnumerable<string> lines)
    {
        using var text = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest));
        foreach (var line in lines)
        {
            text.WriteLine(line);
        }
    }
}
