using System.Text.RegularExpressions;

namespace AuditWatch.EndToEnd.Docs;

/// <summary>What the page on installing tells the reader to type is typed, in its order, and comes to the test alert that it promises.</summary>
public sealed partial class InstallPageTests
{
    private const string Needed = "needs kubectl, openssl and curl (apt-get install kubernetes-client openssl curl)";

    [SkippableFact]
    public async Task Page_EveryCommandInItsOrder_ComesToATestAlert()
    {
        Skip.IfNot(Tools.Has("kubectl") && Tools.Has("openssl") && Tools.Has("curl"), Needed);
        using var machine = await InstallMachine.StartAsync();

        var result = await machine.TypeAsync(InstallPage.Commands);

        Assert.True(result.ExitCode == 0, $"{result.Out}\n{result.Error}");
        Assert.Equal(2, result.OutLines.Count(line => line == "1 events, 0 rejected"));
        Assert.Contains(Words(AlertPattern().Match(InstallPage.Text).Groups[1].Value), result.OutLines.Select(Words));
        Assert.Contains("\"name\":\"exec_into_pod\"", File.ReadAllText(machine["var/log/auditwatch/alerts.jsonl"]), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Unit_AsSystemdReadsIt_IsRight()
    {
        Skip.IfNot(Tools.Has("systemd-analyze"), "needs systemd-analyze (apt-get install systemd); without it, that the service starts as the unit says is what the page's test shows");
        using var folder = new TemporaryFolder();
        var unit = folder.Write("auditwatch.service", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "systemd", "auditwatch.service")).Replace("/opt/auditwatch/auditwatch run", "/bin/true run", StringComparison.Ordinal));

        var result = await Cli.RunProcessAsync("systemd-analyze", [], "verify", unit);

        Assert.True(result.ExitCode == 0, result.Error);
    }

    [Theory]
    [InlineData("auditwatch.yaml")]
    [InlineData("siem.yaml")]
    public async Task Page_EveryConfiguration_IsRight(string name)
    {
        using var folder = new TemporaryFolder();
        folder.Write("siem-token", "0123456789abcdef");
        folder.Write("hmac-key", "0123456789abcdef");
        var config = folder.Write(name, ConfigPattern().Matches(InstallPage.Text).Single(match => match.Groups[1].Value == name).Groups[2].Value);

        var result = await Cli.RunAsync("config", "check", config);

        Assert.True(result.ExitCode == 0, result.Error);
    }

    // But for what is different each time: the alert's id, and when it was.
    private static string Words(string line) => string.Join(' ', ChangingPattern().Replace(line, "").Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"the list is\s+```\nLEVEL.*\n(.*)\n```")]
    private static partial Regex AlertPattern();

    [GeneratedRegex(@"[0-9a-f]{16}|\d{4}-\d\d-\d\d \S+")]
    private static partial Regex ChangingPattern();

    [GeneratedRegex(@"^```yaml (\S+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ConfigPattern();
}
