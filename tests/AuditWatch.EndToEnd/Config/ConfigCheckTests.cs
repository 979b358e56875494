using AuditWatch.Tests.Notifications.Email;

namespace AuditWatch.EndToEnd.Config;

public sealed class ConfigCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_ConfigurationInDeploy_IsFine()
    {
        var file = DeployedConfiguration.WriteTo(_folder);

        var result = await Cli.RunAsync("config", "check", file);

        Assert.Equal(
            (0, "", $"{file} is fine: 5 receivers, 6 routes, 2 time intervals, 2 inhibitions, 1 silence\n"), (result.ExitCode, result.Out, result.Error));
    }

    [Fact]
    public async Task Check_Errors_ArePrintedAtOnceAndExitWith1()
    {
        var file = _folder.Write("auditwatch.yaml",
            """
            receivers:
              - {name: soc, consoleConfigs: [{}]}
            route:
              receiver: sock
              group_by: [detection]
              routes:
                - matchers: ['levl="high"']
            """);

        var result = await Cli.RunAsync("config", "check", file);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
        [
            $"{file}:2:5: warning: nothing goes to the receiver 'soc': no route names it",
            $"{file}:4:3: error: there is no receiver 'sock'; did you mean 'soc'?",
            $"{file}:5:3: error: unknown key 'group_by': write 'groupBy'",
            $"{file}:7:19: error: alerts have no label 'levl'; did you mean 'level'?; there are detection, level, tag, cluster, namespace, actor, actor.kind",
        ], result.OutLines);
        Assert.Equal($"{file} has 3 errors\n", result.Error);
    }

    [Fact]
    public async Task Check_DatabaseThatCannotBeOpened_IsAnError()
    {
        _folder.Write("state/auditwatch.db", "this is no database, and a service would not start on it");
        _folder.Write("postgres", "Host=127.0.0.1;Port=1;Database=auditwatch;Username=auditwatch;Password=secret;Timeout=3");
        foreach (var state in new[] { "{directory: state}", "{postgres: {connectionStringFile: postgres}}" })
        {
            var file = _folder.Write("auditwatch.yaml", $"state: {state}\n");

            var result = await Cli.RunAsync("config", "check", file);

            Assert.Equal(1, result.ExitCode);
            Assert.StartsWith($"{file}:1:1: error: the state cannot be opened: ", Assert.Single(result.OutLines), StringComparison.Ordinal);
            Assert.DoesNotContain("secret", result.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Check_WarningsAlone_ExitWith0()
    {
        var file = _folder.Write("auditwatch.yaml", "receivers: [{name: a, consoleConfigs: [{}]}, {name: b, consoleConfigs: [{}]}]\nroute: {receiver: a}\n");

        var result = await Cli.RunAsync("config", "check", file, "--format", "github");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([$"::warning file={file},line=1,col=46::nothing goes to the receiver 'b': no route names it"], result.OutLines);
        Assert.Equal($"{file} is fine: 2 receivers, 1 route, 0 time intervals, 0 inhibitions, 0 silences\n", result.Error);
    }

    [Fact]
    public async Task Check_WrongSecret_IsNotPrinted()
    {
        _folder.Write("slack-url", "http://hooks.example.com/cAnArY");
        var file = _folder.Write("auditwatch.yaml", "receivers: [{name: a, slackConfigs: [{apiUrlFile: slack-url}]}]\nroute: {receiver: a}\n");

        var result = await Cli.RunAsync("config", "check", file);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the secret is not the address of an incoming webhook", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("cAnArY", result.Out + result.Error, StringComparison.Ordinal);
    }
}

/// <summary>The complete configuration in the repository, with the secrets that it names beside it.</summary>
internal static class DeployedConfiguration
{
    public static string WriteTo(TemporaryFolder folder)
    {
        using var authority = new TestAuthority();
        folder.Write("secrets/slack-url", "https://hooks.slack.com/services/T0/B0/x");
        folder.Write("secrets/slack-token", "xoxb-1-x");
        folder.Write("secrets/smtp-password", "x");
        folder.Write("secrets/teams-url", "https://example.com/x");
        folder.Write("secrets/discord-url", "https://example.com/x");
        folder.Write("secrets/google-chat-url", "https://example.com/x");
        folder.Write("secrets/pagerduty-key", "0123456789abcdef0123456789abcdef");
        folder.Write("secrets/opsgenie-key", "x");
        folder.Write("secrets/ntfy-topic", "x");
        folder.Write("secrets/ntfy-token", "x");
        folder.Write("ntfy.liquid", """{"topic": "{{ secrets.topic }}", "message": "{{ message.text }}"}""");
        folder.Write("secrets/splunk-token", "x");
        folder.Write("secrets/elasticsearch-key", "x");
        var (certificate, key) = authority.Write(folder.FullName);
        File.Move(certificate, Path.Combine(folder.FullName, "secrets", "syslog.pem"));
        File.Move(key, Path.Combine(folder.FullName, "secrets", "syslog.key"));
        folder.Write("secrets/hmac-key", "0123456789abcdef");
        folder.Write("secrets/soar-token", "x");
        folder.Write("secrets/alertmanager-password", "x");
        folder.Write("secrets/ca.pem", authority.Certificate.ExportCertificatePem());
        return folder.Write("auditwatch.yaml", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "auditwatch.yaml")));
    }
}
