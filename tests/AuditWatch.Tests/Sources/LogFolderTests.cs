using AuditWatch.Sources;

namespace AuditWatch.Tests.Sources;

public class LogFolderTests
{
    private static readonly string[] Names =
    [
        "audit.log", "audit-2026-11-21T04-05-06.789.log", "audit-2026-11-21T05-05-06.789.log.gz", "audit.log.1", "audit.log.2.gz", "audit.log-20261121",
        "audit-20261121.log", "audit-20261121.log.gz", "audit-policy.log", "audit.log.swp", "audit.log.gz.tmp", "policy-audit.log", "kubelet.log",
    ];

    [Fact]
    public void RotatedFrom_FolderWithOtherFiles_GivesWhatTheLogWasRotatedTo()
    {
        using var folder = new TemporaryFolder();
        Array.ForEach(Names, name => File.WriteAllText(folder[name], ""));

        var rotated = LogFolder.RotatedFrom(folder["audit.log"]).Select(Path.GetFileName).Order(StringComparer.Ordinal);

        // audit-20261121.log.gz is not all there while audit-20261121.log is.
        Assert.Equal(
            ["audit-2026-11-21T04-05-06.789.log", "audit-2026-11-21T05-05-06.789.log.gz", "audit-20261121.log", "audit.log-20261121", "audit.log.1", "audit.log.2.gz"], rotated);
    }

    [Fact]
    public void AuditLogs_FolderWithOtherFiles_GivesAuditLogsOnly()
    {
        using var folder = new TemporaryFolder();
        Array.ForEach(Names, name => File.WriteAllText(folder[name], ""));

        var logs = LogFolder.AuditLogs(Path.GetDirectoryName(folder["x"])!).Select(Path.GetFileName).Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "audit-2026-11-21T04-05-06.789.log", "audit-2026-11-21T05-05-06.789.log.gz", "audit-20261121.log", "audit-policy.log", "audit.log",
                "audit.log-20261121", "audit.log.1", "audit.log.2.gz",
            ], logs);
    }

    [Fact]
    public void RotatedFrom_NoFolder_GivesNothing()
    {
        using var folder = new TemporaryFolder();

        Assert.Empty(LogFolder.RotatedFrom(folder["missing/audit.log"]));
    }
}
