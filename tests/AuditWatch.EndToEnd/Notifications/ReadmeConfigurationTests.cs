using System.Text;
using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Email;
using AuditWatch.Tests.Notifications.Slack;

namespace AuditWatch.EndToEnd.Notifications;

public sealed partial class ReadmeConfigurationTests(SmtpServer smtp, SlackStandIn slack) : IClassFixture<SmtpServer>, IClassFixture<SlackStandIn>
{
    [SkippableFact]
    public async Task Run_ConfigurationOfTheReadme_DeliversAnAlertToSlackAndByEmail()
    {
        smtp.SkipUnlessInstalled();
        using var folder = new TemporaryFolder();
        folder.Write("slack-url", slack.Address("ok", "secret-part-of-the-address"));
        folder.Write("smtp-password", SmtpServer.Password);
        folder.Write("ca.pem", smtp.Authority.Certificate.ExportCertificatePem());
        var config = folder.Write("auditwatch.yaml", OfTheReadme()
            .Replace("smtp.example.com:587", $"localhost:{smtp.Port("starttls")}", StringComparison.Ordinal)
            .Replace("authPasswordFile: smtp-password", "authPasswordFile: smtp-password\n        caFile: ca.pem", StringComparison.Ordinal));
        await using var service = await Service.StartAsync("--config", config);

        var deletion = Sample.Lines.Last(line => line.Contains("\"verb\":\"delete\"", StringComparison.Ordinal) && line.Contains("/secrets/db", StringComparison.Ordinal))
            .Replace("system:masters", "platform", StringComparison.Ordinal); // That group alone is worth another alert.
        await service.Http.PostAsync("/webhook/production", new StringContent(deletion, Encoding.UTF8, "application/json"));

        var mail = await smtp.NextMailAsync("example.com");
        Assert.Equal("soc@example.com", (string?)mail["to"]![0]);
        Assert.All(new[] { "admin deleted secret payments/db", "production" }, fact => Assert.Contains(fact, (string?)mail["text"], StringComparison.Ordinal));
        Assert.Contains("admin deleted secret payments/db", (string?)mail["html"], StringComparison.Ordinal);
        Assert.Equal(0, await service.StopAsync());
        var message = Assert.Single(slack.Taken).ToJsonString();
        Assert.Contains("admin deleted secret payments/db", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-part-of-the-address", service.Out + service.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(SmtpServer.Password, service.Out + service.Error, StringComparison.Ordinal);
    }

    private static string OfTheReadme() =>
        YamlBlock().Match(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "README.md"))).Groups["yaml"].Value;

    [GeneratedRegex(@"^```yaml\n(?<yaml>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex YamlBlock();
}
