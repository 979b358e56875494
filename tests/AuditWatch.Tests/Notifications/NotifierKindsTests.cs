using AuditWatch.Notifications;
using AuditWatch.Notifications.Alertmanager;
using AuditWatch.Notifications.Console;
using AuditWatch.Notifications.Elasticsearch;
using AuditWatch.Notifications.Http;
using AuditWatch.Notifications.JsonLines;
using AuditWatch.Notifications.Opsgenie;
using AuditWatch.Notifications.PagerDuty;
using AuditWatch.Notifications.Slack;
using AuditWatch.Notifications.Splunk;
using AuditWatch.Notifications.Syslog;
using AuditWatch.Notifications.Templates;
using AuditWatch.Notifications.Webhook;
using AuditWatch.Tests.Notifications.Email;
using AuditWatch.Yaml;

namespace AuditWatch.Tests.Notifications;

/// <summary>What each kind makes of its settings.</summary>
public sealed class NotifierKindsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public NotifierKindsTests()
    {
        foreach (var (file, content) in new[]
        {
            ("slack-url", "https://hooks.slack.com/services/T0/B0/cAnArY\n"), ("bot-token", "xoxb-1-cAnArY\n"), ("not-a-token", "cAnArY"), ("url", "https://example.com/hook?key=cAnArY\n"),
            ("plain-url", "http://example.com/hook?key=cAnArY"), ("user-url", "https://u:cAnArY@example.com/"), ("secret", "cAnArY-0123456789\n"), ("short", "cAnArY"), ("two-words", "cAnArY canary"),
            ("good.liquid", "{\"text\": \"{{ message.text }} {{ secrets.token }}\"}"), ("broken.liquid", "{\n{% if %}\n"), ("not-json.liquid", "{{ message.text }}"), ("filter.liquid", "\"{{ id | shout }}\""),
            ("routing-key", "cAnArY0123456789cAnArY0123456789\n"),
        })
        {
            File.WriteAllText(Path.Combine(_folder.FullName, file), content);
        }

        using var authority = new TestAuthority();
        File.WriteAllText(Path.Combine(_folder.FullName, "ca.pem"), authority.Certificate.ExportCertificatePem());
        var (certificate, key) = authority.Write(_folder.FullName);
        File.Move(certificate, Path.Combine(_folder.FullName, "own.pem"));
        File.Move(key, Path.Combine(_folder.FullName, "own.key"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("slackConfigs", "{apiUrlFile: slack-url}", typeof(SlackNotifier))]
    [InlineData("slackConfigs", "{botTokenFile: bot-token, channel: C0123456789}", typeof(SlackBotNotifier))]
    [InlineData("slackConfigs", "{botTokenFile: bot-token, channel: C0123456789, apiUrl: https://slack.example.com/api}", typeof(SlackBotNotifier))]
    [InlineData("webhookConfigs", "{url: 'http://receiver.monitoring.svc:8080/alerts'}", typeof(WebhookNotifier))]
    [InlineData("webhookConfigs", "{urlFile: url, hmacSecretFile: secret, cloudEvents: false}", typeof(WebhookNotifier))]
    [InlineData("webhookConfigs", "{url: https://example.com/, bearerTokenFile: secret}", typeof(WebhookNotifier))]
    [InlineData("webhookConfigs", "{url: 'http://127.0.0.1:8080/', username: u, passwordFile: secret}", typeof(WebhookNotifier))]
    [InlineData("alertmanagerConfigs", "{url: 'http://alertmanager:9093'}", typeof(AlertmanagerNotifier))]
    [InlineData("alertmanagerConfigs", "{url: https://example.com/alertmanager, username: u, passwordFile: secret, expireAfter: 2d}", typeof(AlertmanagerNotifier))]
    [InlineData("pagerdutyConfigs", "{routingKeyFile: routing-key}", typeof(PagerDutyNotifier))]
    [InlineData("pagerdutyConfigs", "{routingKeyFile: routing-key, url: https://events.eu.pagerduty.com/v2/enqueue}", typeof(PagerDutyNotifier))]
    [InlineData("opsgenieConfigs", "{apiKeyFile: secret, apiUrl: https://api.atlassian.com/jsm/ops/integration}", typeof(OpsgenieNotifier))]
    [InlineData("msteamsConfigs", "{webhookUrlFile: url}", typeof(JsonNotifier))]
    [InlineData("discordConfigs", "{webhookUrlFile: url}", typeof(JsonNotifier))]
    [InlineData("googleChatConfigs", "{webhookUrlFile: url}", typeof(JsonNotifier))]
    [InlineData("splunkConfigs", "{url: https://splunk.example.com:8088, tokenFile: secret, index: k8s, caFile: ca.pem}", typeof(SplunkNotifier))]
    [InlineData("syslogConfigs", "{address: syslog.example.com}", typeof(SyslogNotifier))]
    [InlineData("syslogConfigs", "{address: '[::1]:6514', caFile: ca.pem, certFile: own.pem, keyFile: own.key}", typeof(SyslogNotifier))]
    [InlineData("elasticsearchConfigs", "{url: https://elasticsearch.example.com:9200, apiKeyFile: secret, dataStream: logs-k8s.alerts-prod, caFile: ca.pem}", typeof(ElasticsearchNotifier))]
    [InlineData("elasticsearchConfigs", "{url: 'http://127.0.0.1:9200', username: u, passwordFile: secret}", typeof(ElasticsearchNotifier))]
    [InlineData("templateConfigs", "{urlFile: url, bodyFile: good.liquid, secretFiles: {token: secret}, bearerTokenFile: secret}", typeof(TemplateNotifier))]
    [InlineData("templateConfigs", "{url: https://push.example.com, bodyFile: not-json.liquid, contentType: application/x-www-form-urlencoded}", typeof(TemplateNotifier))]
    [InlineData("fileConfigs", "{path: alerts.jsonl}", typeof(JsonLinesNotifier))]
    [InlineData("consoleConfigs", "{}", typeof(ConsoleNotifier))]
    public void Read_Right_MakesTheNotifier(string key, string settings, Type expected)
    {
        var diagnostics = new Diagnostics();

        var notifier = Read(key, settings, diagnostics);

        Assert.Empty(diagnostics);
        Assert.IsType(expected, notifier);
        Assert.Equal("on-call/x[0]", notifier.Name);
    }

    [Theory]
    [InlineData("slackConfigs", "{apiUrlFile: slack-url, channel: C0123456789}", "either an incoming webhook ('apiUrlFile' alone: it has its channel already) or a bot ('botTokenFile' and 'channel') can be there, not both")]
    [InlineData("slackConfigs", "{apiUrlFile: slack-url, botTokenFile: bot-token, channel: C0123456789}", "not both")]
    [InlineData("slackConfigs", "{botTokenFile: bot-token}", "'channel' is missing")]
    [InlineData("slackConfigs", "{channel: C0123456789}", "'botTokenFile' is missing")]
    [InlineData("slackConfigs", "{botToken: xoxb-cAnArY, channel: C0123456789}", "a secret does not belong in this file")]
    [InlineData("slackConfigs", "{botTokenFile: not-a-token, channel: C0123456789}", "the secret is not a bot token, which begins with xoxb-")]
    [InlineData("slackConfigs", "{botTokenFile: bot-token, channel: '#alerts'}", "'channel' must be the channel's id, such as C0123456789")]
    [InlineData("slackConfigs", "{botTokenFile: bot-token, channel: C0123456789, apiUrl: http://slack.example.com/cAnArY}", "'apiUrl' must be the address of the Web API")]
    [InlineData("webhookConfigs", "{}", "'url' is missing: the address to send to; if it holds a secret, name with 'urlFile' the file it is in")]
    [InlineData("webhookConfigs", "{url: ftp://example.com/}", "'url' must be an address that begins with https:// or http://")]
    [InlineData("webhookConfigs", "{url: https://example.com/?key=cAnArY}", "an address with a user or a query may hold a secret")]
    [InlineData("webhookConfigs", "{url: https://u:cAnArY@example.com/}", "an address with a user or a query may hold a secret")]
    [InlineData("webhookConfigs", "{url: https://example.com/, urlFile: url}", "only one of 'url', 'urlFile' and 'urlEnv' can be there")]
    [InlineData("webhookConfigs", "{urlFile: plain-url}", "the secret is not an address that begins with https://")]
    [InlineData("webhookConfigs", "{urlFile: user-url}", "has no user in it (for that there are 'username' and 'bearerTokenFile')")]
    [InlineData("webhookConfigs", "{url: http://example.com/, bearerTokenFile: secret}", "without TLS the token or password would be sent in clear")]
    [InlineData("webhookConfigs", "{url: https://example.com/, bearerTokenFile: secret, username: u, passwordFile: secret}", "either a bearer token or a user with a password can be there, not both")]
    [InlineData("webhookConfigs", "{url: https://example.com/, bearerTokenFile: two-words}", "the secret is not a bearer token: that is a single word in ASCII")]
    [InlineData("webhookConfigs", "{url: https://example.com/, passwordFile: secret}", "'username' is missing")]
    [InlineData("webhookConfigs", "{url: https://example.com/, username: 'a:b', passwordFile: secret}", "'username' cannot have a colon in it")]
    [InlineData("webhookConfigs", "{url: https://example.com/, hmacSecretFile: short}", "the HMAC secret is too short")]
    [InlineData("webhookConfigs", "{url: https://example.com/, hmacSecret: cAnArY}", "a secret does not belong in this file")]
    [InlineData("webhookConfigs", "{url: https://example.com/, cloudevents: false}", "unknown key 'cloudevents'; did you mean 'cloudEvents'?")]
    [InlineData("alertmanagerConfigs", "{url: 'http://alertmanager:9093/api/v2/alerts'}", "the address of Alertmanager ends before '/api/v2', such as in http://alertmanager:9093")]
    [InlineData("alertmanagerConfigs", "{url: 'http://alertmanager:9093', expireAfter: never}", "'expireAfter' must be a length of time")]
    [InlineData("pagerdutyConfigs", "{}", "'routingKeyFile' is missing")]
    [InlineData("pagerdutyConfigs", "{routingKeyFile: short}", "the secret is not a routing key, which has 32 letters and digits")]
    [InlineData("pagerdutyConfigs", "{routingKey: cAnArY}", "a secret does not belong in this file")]
    [InlineData("pagerdutyConfigs", "{routingKeyFile: routing-key, url: http://events.example.com/cAnArY}", "'url' must be an address that begins with https://")]
    [InlineData("opsgenieConfigs", "{apiKeyFile: two-words}", "the secret of 'apiKey' is not a key or token: that is a single word in ASCII")]
    [InlineData("opsgenieConfigs", "{apiKeyFile: secret, apiUrl: https://api.opsgenie.com/v2/alerts}", "'apiUrl' ends before '/v2/alerts'")]
    [InlineData("msteamsConfigs", "{webhookUrl: https://example.com/cAnArY}", "a secret does not belong in this file")]
    [InlineData("msteamsConfigs", "{webhookUrlFile: plain-url}", "the secret is not the address of a workflow of Microsoft Teams, which begins with https://")]
    [InlineData("discordConfigs", "{webhookUrlFile: secret}", "the secret is not the address of a webhook of Discord")]
    [InlineData("googleChatConfigs", "{}", "'webhookUrlFile' is missing")]
    [InlineData("splunkConfigs", "{tokenFile: secret}", "'url' is missing")]
    [InlineData("splunkConfigs", "{url: https://splunk.example.com:8088/services/collector, tokenFile: secret}", "'url' ends before '/services/collector'")]
    [InlineData("splunkConfigs", "{url: https://splunk.example.com:8088, token: cAnArY}", "a secret does not belong in this file")]
    [InlineData("splunkConfigs", "{url: https://splunk.example.com:8088, tokenFile: secret, caFile: gone.pem}", "the certificates cannot be read")]
    [InlineData("syslogConfigs", "{}", "'address' is missing")]
    [InlineData("syslogConfigs", "{address: 'syslog.example.com:99999'}", "'syslog.example.com:99999' is not a server such as syslog.example.com:6514")]
    [InlineData("syslogConfigs", "{address: syslog.example.com, certFile: own.pem}", "'keyFile' is missing")]
    [InlineData("syslogConfigs", "{address: syslog.example.com, certFile: own.pem, keyFile: secret}", "the certificate and its key cannot be read")]
    [InlineData("elasticsearchConfigs", "{url: 'http://elasticsearch:9200', apiKeyFile: secret}", "'url' must be an address that begins with https://")]
    [InlineData("elasticsearchConfigs", "{url: https://elasticsearch:9200, apiKeyFile: secret, username: u, passwordFile: secret}", "only one of an API key, a bearer token and a user with a password can be there")]
    [InlineData("elasticsearchConfigs", "{url: https://elasticsearch:9200, apiKeyFile: secret, dataStream: Logs}", "'dataStream' must be the name of a data stream")]
    [InlineData("templateConfigs", "{url: https://push.example.com}", "'bodyFile' is missing")]
    [InlineData("templateConfigs", "{url: https://push.example.com, bodyFile: gone.liquid}", "the template cannot be read")]
    [InlineData("templateConfigs", "{url: https://push.example.com, bodyFile: broken.liquid}", "broken.liquid:2:")]
    [InlineData("templateConfigs", "{url: https://push.example.com, bodyFile: not-json.liquid}", "tried with a notification of the kind 'opened', the template cannot be used: what it makes is not JSON")]
    [InlineData("templateConfigs", "{url: https://push.example.com, bodyFile: filter.liquid}", "Undefined filter 'shout'")]
    [InlineData("templateConfigs", "{url: https://push.example.com, bodyFile: good.liquid, contentType: text/html}", "'contentType' must be application/json or application/x-www-form-urlencoded")]
    [InlineData("templateConfigs", "{url: https://push.example.com, bodyFile: good.liquid, secretFiles: {token: gone}}", "the secret cannot be read")]
    [InlineData("templateConfigs", "{url: 'http://push.example.com', bodyFile: good.liquid, secretFiles: {token: secret}}", "without TLS the secrets would be sent in clear")]
    [InlineData("fileConfigs", "{}", "'path' is missing")]
    [InlineData("fileConfigs", "{path: .}", "'.' is a folder: name a file in it")]
    [InlineData("fileConfigs", "{path: gone/alerts.jsonl}", "there is no folder 'gone' for the file: make it first")]
    public void Read_Wrong_SaysWhatAndNotTheSecret(string key, string settings, string error)
    {
        var diagnostics = new Diagnostics();

        Assert.Null(Read(key, settings, diagnostics));

        var only = Assert.Single(diagnostics).ToString();
        Assert.Contains(error, only, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", only, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void All_Kinds_SayWhomTheyAreFor()
    {
        Assert.Equal(["slackConfigs", "emailConfigs", "msteamsConfigs", "discordConfigs", "googleChatConfigs", "pagerdutyConfigs", "opsgenieConfigs", "templateConfigs"], Kinds().All.Where(kind => kind.Value.IsForPeople).Select(kind => kind.Key));
        Assert.Equal(["pagerdutyConfigs", "opsgenieConfigs"], Kinds().All.Where(kind => kind.Value.HasPages).Select(kind => kind.Key));
        Assert.Equal(["pagerdutyConfigs", "opsgenieConfigs", "webhookConfigs", "alertmanagerConfigs", "splunkConfigs", "syslogConfigs", "elasticsearchConfigs", "fileConfigs"], Kinds().All.Where(kind => kind.Value.SendsResolved).Select(kind => kind.Key));
    }

    private static NotifierKinds Kinds() => new NotifierKinds().AddConsole(TextWriter.Null, coloured: false).AddBuiltIn(TimeProvider.System);

    private INotifier? Read(string key, string settings, Diagnostics diagnostics)
    {
        var document = Assert.Single(YamlFile.Parse(Path.Combine(_folder.FullName, "auditwatch.yaml"), settings, diagnostics));
        var notifier = Kinds().All[key].Read("on-call/x[0]", new YamlMap(document, diagnostics), diagnostics);
        (notifier as IDisposable)?.Dispose();
        return notifier;
    }
}
