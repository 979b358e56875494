using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Tests.Notifications.Slack;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>What somebody writes into events, on every surface that the service has: no credential is on any, and for people nothing is shown that cannot be seen.</summary>
public sealed partial class SurfaceTests(SlackStandIn slack) : IClassFixture<SlackStandIn>
{
    private const string Canary = "Hunter2Canary";
    private const string Blank = "\u3164\u115f\ufe0f\u2800\u200b";

    private readonly Dictionary<string, string> _forPeople = [];
    private readonly Dictionary<string, string> _forPrograms = [];

    [Fact]
    public async Task Run_CredentialsAndBlanksInEvents_AreOnNoSurface()
    {
        using var folder = new TemporaryFolder();
        folder.Write("slack-url", slack.Address("well", "T9"));
        await using var archive = new Crash.MoodyReceiver { IsWell = true };
        await archive.StartAsync();
        var config = folder.Write("auditwatch.yaml", $$"""
            state: {directory: state}
            receivers:
              - name: everybody
                slackConfigs: [{apiUrlFile: slack-url}]
                webhookConfigs: [{url: '{{archive.Root}}/hook'}]
                fileConfigs: [{path: told.jsonl}]
                consoleConfigs: [{}]
            route: {receiver: everybody, groupWait: 0s}
            """);
        await using var service = await Service.StartAsync("--config", config);

        await service.PostAsync(string.Join('\n', Events) + "\n" + $"{{\"kind\":\"Event\",\"auditID\":\"--token={Canary}\",\"verb\":\n");
        await service.UntilAsync("all to be told", () => Task.FromResult(
            File.Exists(folder["told.jsonl"]) && File.ReadAllText(folder["told.jsonl"]).Contains("secret_read", StringComparison.Ordinal) && !slack.Taken.IsEmpty && archive.Taken.Count > 1 && service.Alerts.Count > 2));
        await GatherAsync(service, config, folder);

        Assert.InRange(_forPeople.Count + _forPrograms.Count, 30, 200);
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary));
        Assert.Equal([], _forPeople.Concat(_forPrograms).Where(surface => surface.Value.Contains(Canary, StringComparison.OrdinalIgnoreCase) || surface.Value.Contains(encoded, StringComparison.Ordinal)).Select(surface => surface.Key));
        Assert.Equal([], _forPeople.Where(surface => surface.Value.IndexOfAny([.. Blank]) >= 0).Select(surface => surface.Key));
        Assert.Contains(@"jane\u3164\u115f\ufe0f\u2800\u200b", _forPeople["GET /"], StringComparison.Ordinal);
        Assert.Contains(@"jane\u3164", _forPeople["console"], StringComparison.Ordinal);
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
    ];

    private async Task GatherAsync(Service service, string config, TemporaryFolder folder)
    {
        var alerts = JsonNode.Parse(await service.Http.GetStringAsync("/api/v1/alerts?limit=100"))!["alerts"]!.AsArray().Select(alert => (string)alert!["id"]!).ToList();
        var incidents = JsonNode.Parse(await service.Http.GetStringAsync("/api/v1/incidents"))!.AsArray().Select(incident => (string)incident!["id"]!).ToList();
        var jane = Uri.EscapeDataString($"jane{Blank}");
        foreach (var page in new[] { "/", "/handover", "/alerts/all", $"/actors?name={jane}", "/actors?name=joe", "/objects?name=pods/payments/shell", "/detections", "/detections/exec_into_pod", "/sources", "/delivery", "/silences", "/actions" }
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
            (true, $"incidents list --config {config}"), (true, $"sources list --config {config}"), (true, $"scan {log} --findings --why"), (false, $"scan {log} --format json"), (false, $"state export --config {config}"),
        })
        {
            var result = await Cli.RunAsync(command.Split(' '));
            Assert.True(result.Out.Length > 0, $"{command}: {result.Error}");
            (isForPeople ? _forPeople : _forPrograms)[command] = result.Out + result.Error;
        }

        _forPeople["console"] = service.Out;
        _forPeople["log"] = service.Error;
        _forPeople["Slack"] = string.Join('\n', slack.Taken.SelectMany(Texts));
        foreach (var file in new[] { "told.jsonl", "state/rejected-events.jsonl", "state/auditwatch.db", "state/auditwatch.db-wal" })
        {
            using var content = new StreamReader(new FileStream(folder[file], FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            _forPrograms[file] = await content.ReadToEndAsync();
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

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
