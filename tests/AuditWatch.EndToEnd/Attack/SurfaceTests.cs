using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Email;
using AuditWatch.Tests.Notifications.Slack;
using AuditWatch.Tests.Notifications.Syslog;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>What somebody writes into events, on every surface that the service has: no credential is on any, and for people nothing is shown that cannot be seen.</summary>
public sealed partial class SurfaceTests(SlackStandIn slack, SyslogStandIn syslog, SmtpServer mail) : IClassFixture<SlackStandIn>, IClassFixture<SyslogStandIn>, IClassFixture<SmtpServer>
{
    private const string Canary = "Hunter2Canary";
    private const string Blank = "\u3164\u115f\ufe0f\u2800\u200b";

    // What every surface has of the events, or of what was done about them.
    private static readonly string[] Traces = ["exec_", "Exec into a pod", "the notification of alert ", "payments/shell", "jane", "joe", "production", "annabel"];

    // What is posted to by HTTP, and whether people read it.
    private static readonly (string Name, bool IsForPeople, string Configuration)[] Receivers =
    [
        ("teams", true, "msteamsConfigs: [{webhookUrlFile: teams}]"),
        ("discord", true, "discordConfigs: [{webhookUrlFile: discord}]"),
        ("google-chat", true, "googleChatConfigs: [{webhookUrlFile: google-chat}]"),
        ("pagerduty", true, "pagerdutyConfigs: [{routingKeyFile: key, url: ROOT/pagerduty}]"),
        ("opsgenie", true, "opsgenieConfigs: [{apiKeyFile: key, apiUrl: ROOT/opsgenie}]"),
        ("template", true, "templateConfigs: [{url: ROOT/template, bodyFile: template.liquid}]"),
        ("webhook", false, "webhookConfigs: [{url: ROOT/webhook}, {url: ROOT/refused}]"),
        ("alertmanager", false, "alertmanagerConfigs: [{url: ROOT/alertmanager}]"),
        ("splunk", false, "splunkConfigs: [{url: ROOT/splunk, tokenFile: key}]"),
        ("elasticsearch", false, "elasticsearchConfigs: [{url: ROOT/elasticsearch, apiKeyFile: key}]"),
    ];

    private readonly Dictionary<string, string> _forPeople = [];
    private readonly Dictionary<string, string> _forPrograms = [];

    [Fact]
    public async Task Run_CredentialsAndBlanksInEvents_AreOnNoSurface()
    {
        using var folder = new TemporaryFolder();
        folder.Write("slack-url", slack.Address("well", "T9"));
        await using var every = new EveryReceiver();
        await every.StartAsync();
        foreach (var (name, _, _) in Receivers)
        {
            folder.Write(name, $"{every.Root}/{name}");
        }

        folder.Write("key", "0123456789abcdef0123456789abcdef");
        folder.Write("template.liquid", "{\"headline\": \"{{ message.headline }}\", \"text\": \"{{ message.text }}\"}");
        folder.Write("authority.pem", syslog.Authority.ExportCertificatePem());
        var config = folder.Write("auditwatch.yaml", $$"""
            state: {directory: state}
            telemetry: {otlp: {endpoint: '{{every.Root}}/otlp', interval: 1s} }
            receivers:
              - name: everybody
                {{string.Join("\n    ", Receivers.Select(receiver => receiver.Configuration.Replace("ROOT", every.Root, StringComparison.Ordinal)))}}
                slackConfigs: [{apiUrlFile: slack-url}]
                syslogConfigs: [{address: 'localhost:{{syslog.Port("ok")}}', caFile: authority.pem}]
                fileConfigs: [{path: told.jsonl}]
                consoleConfigs: [{}]
            route: {receiver: everybody, groupWait: 0s}
            """);
        await using var service = await Service.StartAsync("--config", config);

        await service.PostAsync(string.Join('\n', Events) + "\n" + $"{{\"kind\":\"Event\",\"auditID\":\"--token={Canary}\",\"verb\":\n");
        await service.UntilAsync("all to be told", () => Task.FromResult(
            File.Exists(folder["told.jsonl"]) && File.ReadAllText(folder["told.jsonl"]).Contains("secret_read", StringComparison.Ordinal) && !slack.Taken.IsEmpty && !syslog.Taken.IsEmpty && service.Alerts.Count > 2
            && Receivers.All(receiver => every.Bodies.ContainsKey(receiver.Name))));
        await service.UntilAsync("the metrics to be sent", () => Task.FromResult(every.Bodies.TryGetValue("otlp", out var metrics) && metrics.Contains("exec_into_pod", StringComparison.Ordinal)));
        await service.UntilAsync("what was refused to be a dead letter", async () => await service.MetricAsync("auditwatch_deadletters") > 2);
        await ActAsync(service, config);
        await GatherAsync(service, config, folder);
        Gather(every);

        Assert.InRange(_forPeople.Count + _forPrograms.Count, 50, 200);
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary));
        Assert.Equal([], _forPeople.Concat(_forPrograms).Where(surface => surface.Value.Contains(Canary, StringComparison.OrdinalIgnoreCase) || surface.Value.Contains(encoded, StringComparison.Ordinal)).Select(surface => surface.Key));
        Assert.Equal([], _forPeople.Where(surface => surface.Value.IndexOfAny([.. Blank]) >= 0).Select(surface => surface.Key));
        Assert.Equal([], _forPeople.Concat(_forPrograms).Where(surface => !Traces.Any(surface.Value.Contains)).Select(surface => surface.Key));
        Assert.Contains(_forPeople.Values, surface => surface.Contains("set spec.template.spec.containers[app].env[changed].value: <redacted>", StringComparison.Ordinal));
        Assert.Contains(@"jane\u3164\u115f\ufe0f\u2800\u200b", _forPeople["GET /"], StringComparison.Ordinal);
        Assert.Contains(@"jane\u3164", _forPeople["console"], StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Run_CredentialsAndBlanksInEvents_AreInNoMail()
    {
        mail.SkipUnlessInstalled();
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync("--config", folder.Write("auditwatch.yaml", $$"""
            receivers: [{name: soc, emailConfigs: [{to: [soc@surface.example], from: auditwatch@example.com, smarthost: 'localhost:{{mail.Port("plain")}}', requireTls: false}]}]
            route: {receiver: soc, groupWait: 0s}
            """));

        await service.PostAsync(string.Join('\n', Events));

        var mails = new List<string>();
        while (!mails.Any(one => one.Contains("jane", StringComparison.Ordinal)) || !mails.Any(one => one.Contains("joe", StringComparison.Ordinal)))
        {
            mails.Add(WebUtility.HtmlDecode(string.Join('\n', Texts(await mail.NextMailAsync("surface.example")))));
        }

        Assert.All(mails, one => Assert.DoesNotContain(Canary, one, StringComparison.OrdinalIgnoreCase));
        Assert.All(mails, one => Assert.Equal(-1, one.IndexOfAny([.. Blank])));
        Assert.Contains(mails, one => one.Contains(@"jane\u3164", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Events =>
    [
        .. new[]
        {
            $"mysql&command=-uroot&command=-p{Canary}", $"/opt/admincli&command=--token%3D{Canary}", $"curl&command=-u&command=admin%3A{Canary}", $"psql&command=postgres%3A%2F%2Fapp%3A{Canary}%40db%2Fshop",
            $"env&command=AWS_SECRET_ACCESS_KEY%3D{Canary}", $"vault&command=login&command=hvs.{Canary}CAESIJ", $"curl&command=http%3A%2F%2Fx%2F%3Fapi_key%3D{Canary}", $"curl&command=-H&command=X-Vault-Token%3A+{Canary}",
            $"curl&command=-H&command=Authorization%3A+Basic+{Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary)))}", $"tool&command=--password%3D{Canary}",
        }.Select((command, n) => ExecEvent.By(n % 2 == 0 ? $"jane{Blank}" : "joe", $"{n}", $"kubectl --token={Canary}").Replace("command=id", $"command={command}", StringComparison.Ordinal)),
        $$$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"s","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/payments/secrets/db?token={{{Canary}}}","verb":"get","user":{"username":"system:serviceaccount:payments:app"},"sourceIPs":["203.0.113.7"],"userAgent":"curl","objectRef":{"resource":"secrets","namespace":"payments","name":"db","apiVersion":"v1"},"responseStatus":{"code":200},"responseObject":{"kind":"Secret","data":{"password":"{{{Canary}}}"}},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","stageTimestamp":"2026-11-21T00:00:00.000000Z"}""",
        Page.PageEvent.Patch("joe", "web", new
        {
            metadata = new { annotations = new Dictionary<string, string> { ["kubectl.kubernetes.io/last-applied-configuration"] = Canary, [$"token={Canary}"] = $"password={Canary}" } },
            spec = new { template = new { spec = new { hostPID = true, dbPassword = Canary, containers = new[] { new { name = "app", args = new[] { "--password", Canary }, env = new[] { new { name = "changed", value = Canary } } } } } } },
        }),
    ];

    // What people do about it is noted, with the names that they do it to.
    private static async Task ActAsync(Service service, string config)
    {
        var id = (string)JsonNode.Parse(await service.Http.GetStringAsync("/api/v1/alerts?limit=100"))!["alerts"]![0]!["id"]!;
        foreach (var command in new[] { $"alerts acknowledge {id} --by annabel", $"alerts close {id} --by annabel{Blank}", $"silence add actor=jane{Blank} --duration 1h --comment tested --author annabel" })
        {
            var result = await Cli.RunAsync([.. command.Split(' '), "--config", config]);
            Assert.True(result.ExitCode == 0, $"{command}: {result.Error}");
        }
    }

    private void Gather(EveryReceiver every)
    {
        foreach (var (name, isForPeople, _) in Receivers)
        {
            (isForPeople ? _forPeople : _forPrograms)[name] = isForPeople ? string.Join('\n', Documents(every.Bodies[name]).SelectMany(Texts)) : every.Bodies[name];
        }

        _forPrograms["what was refused"] = every.Bodies["refused"];
        _forPrograms["metrics by OTLP"] = every.Bodies["otlp"];
        _forPrograms["syslog"] = string.Join('\n', syslog.Taken.SelectMany(messages => messages).Select(Encoding.UTF8.GetString));
    }

    private async Task GatherAsync(Service service, string config, TemporaryFolder folder)
    {
        var alerts = JsonNode.Parse(await service.Http.GetStringAsync("/api/v1/alerts?limit=100"))!["alerts"]!.AsArray().Select(alert => (string)alert!["id"]!).ToList();
        var incidents = JsonNode.Parse(await service.Http.GetStringAsync("/api/v1/incidents"))!.AsArray().Select(incident => (string)incident!["id"]!).ToList();
        var jane = Uri.EscapeDataString($"jane{Blank}");
        foreach (var page in new[] { "/", "/handover", $"/alerts/all?actor={jane}", $"/actors?name={jane}", "/actors?name=joe", "/objects?name=pods/payments/shell", "/detections", "/detections/exec_into_pod", "/sources", "/delivery", "/silences", "/actions" }
            .Concat(alerts.SelectMany(id => new[] { $"/alerts/{id}", $"/alerts/{id}/exception" })).Concat(incidents.SelectMany(id => new[] { $"/incidents/{id}", $"/incidents/{id}/report" })))
        {
            // What is in attributes is for programs: forms send names as they are.
            var html = await Text(service, page);
            _forPrograms[$"GET {page}"] = WebUtility.HtmlDecode(html);
            _forPeople[$"GET {page}"] = WebUtility.HtmlDecode(Tag().Replace(html, " "));
        }

        foreach (var path in new[] { "/api/v1/alerts?limit=100", "/api/v1/incidents", "/api/v1/dead-letters", "/api/v1/sources", "/api/v1/report?since=2026-11-20T00:00:00Z", "/api/v1/actions", "/api/v1/detections", "/readyz", "/metrics" }
            .Concat(alerts.Select(id => $"/api/v1/alerts/{id}")).Concat(alerts.Select(id => $"/alerts/{id}/exception.yml")).Concat(incidents.Select(id => $"/api/v1/incidents/{id}")))
        {
            _forPrograms[$"GET {path}"] = await Text(service, path);
        }

        var log = folder.Write("audit.log", string.Join('\n', Events));
        foreach (var (isForPeople, command) in new[]
        {
            (true, $"alerts list --config {config}"), (false, $"alerts list --format json --config {config}"), (true, $"alerts show {alerts[0]} --config {config}"), (true, $"alerts show {alerts[^1]} --config {config}"),
            (true, $"incidents list --config {config}"), (true, $"sources list --config {config}"), (true, $"dead-letters list --config {config}"), (true, $"scan {log} --findings --why"), (false, $"scan {log} --format json"), (false, $"state export --config {config}"),
        })
        {
            var result = await Cli.RunAsync(command.Split(' '));
            Assert.True(result.Out.Length > 0, $"{command}: {result.Error}");
            (isForPeople ? _forPeople : _forPrograms)[command] = result.Out + result.Error;
        }

        _forPeople["console"] = service.Out;
        _forPeople["log"] = service.Error;
        _forPeople["Slack"] = string.Join('\n', slack.Taken.SelectMany(Texts));
        foreach (var file in new[] { "told.jsonl", "state/rejected-events.jsonl", "state/actions.jsonl", "state/auditwatch.db", "state/auditwatch.db-wal" })
        {
            using var content = new StreamReader(new FileStream(folder[file], FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var surface = file.Replace("-wal", "", StringComparison.Ordinal);
            _forPrograms[surface] = _forPrograms.GetValueOrDefault(surface) + await content.ReadToEndAsync();
        }
    }

    private static async Task<string> Text(Service service, string path)
    {
        using var answer = await service.Http.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
        return await answer.Content.ReadAsStringAsync();
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value)),
        JsonArray items => items.SelectMany(Texts),
        JsonValue value => [value.ToString()],
        _ => [],
    };

    // Those of one receiver, one behind the other.
    private static IEnumerable<JsonNode?> Documents(string bodies)
    {
        var bytes = Encoding.Latin1.GetBytes(bodies);
        var read = 0;
        while (read < bytes.Length)
        {
            var reader = new Utf8JsonReader(bytes.AsSpan(read), new JsonReaderOptions { AllowMultipleValues = true });
            reader.Read();
            var document = JsonNode.Parse(ref reader);
            read += (int)reader.BytesConsumed;
            yield return document;
        }
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
