using System.Text.Json.Nodes;
using AuditWatch.Detection;
using AuditWatch.Incidents;
using AuditWatch.Notifications;
using AuditWatch.Notifications.Elasticsearch;
using AuditWatch.Tests.Notifications.Http;

namespace AuditWatch.Tests.Notifications.Elasticsearch;

public sealed class ElasticsearchNotifierTests(ElasticsearchStandIn elasticsearch) : NotifierContract, IClassFixture<ElasticsearchStandIn>, IDisposable
{
    private readonly List<ElasticsearchNotifier> _notifiers = [];

    public void Dispose() => _notifiers.ForEach(notifier => notifier.Dispose());

    [Fact]
    public async Task Notify_Alert_HasTheFieldsOfTheCommonSchema()
    {
        await NotifyAsync(Create("ok"), SampleAlert.Notify(SampleAlert.Exec()) with
        {
            ExternalUrl = new Uri("https://auditwatch.example.com/"),
            Incidents = new Dictionary<string, IncidentPlace> { [SampleAlert.Exec().Id] = new("953a6c424c7eab7f", "Exec into a pod: jane", Level.High, 1, 2) },
        });

        var document = Assert.Single(elasticsearch.Requests.Last());
        var original = document["event"]!["original"]!.ToString();
        document["event"]!.AsObject().Remove("original");
        Assert.Equal("5f1c3a9e2b7d4c60", (string?)JsonNode.Parse(original)!["alert"]!["id"]);
        Assert.True(JsonNode.DeepEquals(document, JsonNode.Parse("""
            {
              "@timestamp": "2026-11-21T00:24:51.000000Z",
              "ecs": {"version": "8.11.0"},
              "message": "jane@example.com ran a command in payments/shell",
              "event": {
                "kind": "alert", "category": ["intrusion_detection"], "type": ["info"], "module": "auditwatch", "dataset": "auditwatch.alerts", "action": "get", "outcome": "failure", "severity": 73,
                "id": "0d6ca5ad-1c11-4a51-9b2c-d3c1a6f0a1b2", "start": "2026-11-21T00:24:50.000000Z", "end": "2026-11-21T00:24:51.000000Z", "created": "2026-11-21T00:24:52.000000Z",
                "url": "https://auditwatch.example.com/alerts/5f1c3a9e2b7d4c60"
              },
              "rule": {"name": "exec_into_pod", "description": "Command run in a pod"},
              "threat": {"framework": "MITRE ATT&CK", "technique": {"id": ["T1609"], "reference": ["https://attack.mitre.org/techniques/T1609/"]}},
              "user": {"name": "jane@example.com"},
              "source": {"ip": "203.0.113.7"},
              "user_agent": {"original": "kubectl/v1.32.0 (linux/amd64)"},
              "url": {"original": "/api/v1/namespaces/payments/pods/shell/exec?command=id"},
              "process": {"command_line": "sh -c 'cat /etc/passwd'"},
              "orchestrator": {"type": "kubernetes", "cluster": {"name": "prod"}, "namespace": "payments", "resource": {"type": "pods", "name": "shell"}},
              "related": {"user": ["jane@example.com"], "ip": ["203.0.113.7"]},
              "auditwatch": {
                "alert": {"id": "5f1c3a9e2b7d4c60", "level": "high", "status": "open", "count": 2, "actor_kind": "human"},
                "incident": {"id": "953a6c424c7eab7f", "title": "Exec into a pod: jane"},
                "notification": {"id": "n-1", "kind": "opened", "group": "9a4e1f0c77d2b358"}
              }
            }
            """)), document.ToJsonString());
    }

    [Fact]
    public async Task Notify_AnotherAttempt_WritesWhatIsMissingOnce()
    {
        var group = SampleAlert.Group(SampleAlert.Exec());
        var before = elasticsearch.Documents.Count;

        Assert.Equal(DeliveryResult.Retry("Elasticsearch did not take 1 of 20 documents for now: 429 es_rejected_execution_exception"), await NotifyAsync(Create("second-429-es_rejected_execution_exception"), group));
        Assert.Equal(before + 19, elasticsearch.Documents.Count);

        Assert.Equal(DeliveryResult.Delivered, await NotifyAsync(Create("ok"), group));
        Assert.Equal(before + 20, elasticsearch.Documents.Count);
    }

    [Fact]
    public async Task Notify_OneDocumentIsRefused_IsRejectedAndSaysWhich() =>
        Assert.Equal(DeliveryResult.Rejected("Elasticsearch refused 1 of 20 documents: 400 document_parsing_exception"), await NotifyAsync(Create("second-400-document_parsing_exception"), SampleAlert.Group(SampleAlert.Exec())));

    [Theory]
    [InlineData("""{"errors":false,"items":[{"create":{"status":201}}]}""", DeliveryOutcome.Delivered)]
    [InlineData("""{"errors":true,"items":[{"create":{"status":409,"error":{"type":"version_conflict_engine_exception"}}}]}""", DeliveryOutcome.Delivered)]
    [InlineData("""{"errors":true,"items":[{"create":{"status":503}}]}""", DeliveryOutcome.Retry)]
    [InlineData("""{"errors":true,"items":[{"create":{"status":403,"error":{"type":"Canary with words"}}}]}""", DeliveryOutcome.Rejected)]
    [InlineData("""{"errors":false,"items":[]}""", DeliveryOutcome.Rejected)]
    [InlineData("""{"items":[{"create":{}}]}""", DeliveryOutcome.Rejected)]
    [InlineData("""{"items":[{}]}""", DeliveryOutcome.Rejected)]
    [InlineData("""{"items":3}""", DeliveryOutcome.Rejected)]
    [InlineData("[]", DeliveryOutcome.Rejected)]
    [InlineData("", DeliveryOutcome.Rejected)]
    public void ToResult_EveryAnswer_MeansSomething(string body, DeliveryOutcome expected)
    {
        var result = BulkAnswer.ToResult(body, documents: 1);

        Assert.Equal(expected, result.Outcome);
        Assert.DoesNotContain("Canary", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("2001:DB8::7", "2001:db8::7")]
    [InlineData("1", null)]
    [InlineData("1.2", null)]
    [InlineData("fe80::1%eth0", null)]
    [InlineData("[::1]:443", null)]
    [InlineData("nonsense", null)]
    public async Task Notify_Address_IsOneThatElasticsearchTakes(string text, string? expected)
    {
        var alert = SampleAlert.Exec();

        await NotifyAsync(Create("ok"), alert with { Requests = [alert.Requests[0] with { ClientIP = text }] });

        Assert.Equal(expected, (string?)Assert.Single(elasticsearch.Requests.Last())["source"]?["ip"]);
    }

    [Fact]
    public async Task Notify_WrongKey_IsRejected()
    {
        var notifier = Create(new ElasticsearchOptions { Address = elasticsearch.Address("ok"), Authorization = new Secret("ApiKey other") });

        Assert.Equal(DeliveryResult.Rejected("Elasticsearch answered 401"), await NotifyAsync(notifier, SampleAlert.Exec()));
    }

    protected override Task<INotifier> CreateAsync() => Task.FromResult<INotifier>(Create("ok"));

    protected override Task<INotifier> CreateHangingAsync() => Task.FromResult<INotifier>(Create("hang"));

    protected override Task HangsAsync() => elasticsearch.Hanging;

    protected override IAsyncEnumerable<(string Situation, INotifier Notifier, DeliveryOutcome Expected)> RetryTableAsync() =>
        HttpRetryTable.Of(Create, address => Create(new ElasticsearchOptions { Address = new Uri(address), Authorization = new Secret($"ApiKey {Canary}") }));

    protected override Task<string> LastMessageAsync() => Task.FromResult(string.Join('\n', elasticsearch.Requests.Last().Select(document => document.ToJsonString())));

    // No event has a say in which fields there are, or in what is not seen.
    protected override Task AssertHarmlessAsync()
    {
        foreach (var document in elasticsearch.Requests.Last())
        {
            Assert.Subset(
                new HashSet<string> { "@timestamp", "ecs", "message", "event", "rule", "threat", "user", "source", "user_agent", "url", "process", "orchestrator", "related", "auditwatch" },
                document.Select(pair => pair.Key).ToHashSet());
            document["event"]!.AsObject().Remove("original");
            PlainText.AssertHarmless(document);
            Assert.All(PlainText.Of(document), text => Assert.InRange(text.Length, 0, 1024));
        }

        return Task.CompletedTask;
    }

    private ElasticsearchNotifier Create(string behaviour) => Create(new ElasticsearchOptions { Address = elasticsearch.Address(behaviour), Authorization = new Secret($"ApiKey {Canary}") });

    private ElasticsearchNotifier Create(ElasticsearchOptions options)
    {
        _notifiers.Add(new ElasticsearchNotifier("elasticsearch", options, new VirtualTime()));
        return _notifiers[^1];
    }
}
