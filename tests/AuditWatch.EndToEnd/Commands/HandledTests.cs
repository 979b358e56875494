using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Commands;

/// <summary>What colleagues see in Slack of who deals with what.</summary>
public sealed class HandledTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Alert_AcknowledgedAndClosed_ShowsAtOnceWhereTheMessageIs()
    {
        await using var slack = new RecordingSlack();
        await slack.StartAsync();
        _folder.Write("token", "xoxb-1");
        _folder.Write("url", $"{slack.Root}/hook");
        var config = _folder.Write("auditwatch.yaml", $$"""
            {{Rules.ExecAlone}}
            state: {directory: state}
            receivers: [{name: soc, slackConfigs: [{botTokenFile: token, channel: C0123456789, apiUrl: "{{slack.Root}}/api/"}, {apiUrlFile: url}]}]
            route: {receiver: soc}
            """);
        await using var service = await Service.StartAsync("--config", config);
        await service.PostAsync(ExecEvent.By("bob", "1"));
        await service.UntilAsync("both to be told", () => Task.FromResult(slack.Posts.Count == 2));
        var id = (await Cli.RunAsync("alerts", "list", "--format", "json", "--config", config)).Out.Split('"')[3];

        await Cli.RunAsync("alerts", "ack", id, "--by", "ann", "--config", config);
        await service.UntilAsync("the acknowledgement to be told", () => Task.FromResult(slack.Posts.Count == 5));
        var acknowledged = slack.Posts.Skip(2).ToList();
        Assert.Equal(["/api/chat.postMessage", "/api/chat.update", "/hook"], acknowledged.Select(post => post.Path).Order(StringComparer.Ordinal));
        Assert.All(acknowledged, post => Assert.Matches("Acknowledged by ann at [0-9-]{10} [0-9:]{8} UTC", post.Body.ToJsonString()));
        var line = acknowledged.Single(post => post.Path == "/api/chat.postMessage");
        Assert.Equal("1700000000.000001", (string?)line.Body["thread_ts"]);
        Assert.DoesNotContain("Why it matched", acknowledged.Single(post => post.Path == "/hook").Body.ToJsonString(), StringComparison.Ordinal);

        // Over HTTP, as the page and programs do it.
        var url = $"unix:{_folder["state"]}";
        await Cli.RunAsync("alerts", "close", id, "--by", "joe", "--url", url);
        await service.UntilAsync("the end to be told", () => Task.FromResult(slack.Posts.Count == 8));
        Assert.All(slack.Posts.Skip(5), post => Assert.Matches("Closed by joe at [0-9-]{10} [0-9:]{8} UTC", post.Body.ToJsonString()));
    }

    [Fact]
    public async Task Acknowledged_AnotherKindOfRequest_TellsWhoDealsWithItInTheThread()
    {
        await using var slack = new RecordingSlack();
        await slack.StartAsync();
        _folder.Write("token", "xoxb-1");
        var config = _folder.Write("auditwatch.yaml", $$"""
            state: {directory: state}
            timeZone: Asia/Kolkata
            receivers: [{name: soc, slackConfigs: [{botTokenFile: token, channel: C0123456789, apiUrl: "{{slack.Root}}/api/"}]}]
            route: {receiver: soc, groupInterval: 1s}
            """);
        await using var service = await Service.StartAsync("--config", config);
        await service.PostAsync(Denied("get", "1"));
        await service.UntilAsync("it to be told", () => Task.FromResult(slack.Posts.Count == 1));
        var id = (await Cli.RunAsync("alerts", "list", "--format", "json", "--config", config)).Out.Split('"')[3];
        await Cli.RunAsync("alerts", "ack", id, "--by", "ann", "--config", config);
        await service.UntilAsync("the acknowledgement to be told", () => Task.FromResult(slack.Posts.Count == 3));

        Assert.Matches("Acknowledged by ann at [0-9-]{10} [0-9:]{8} \\\\u002B05:30", slack.Posts[1].Body.ToJsonString());

        // More of the same is nothing to the one who deals with it.
        await service.PostAsync(Denied("get", "2"));
        await service.PostAsync(Denied("watch", "3"));
        await service.UntilAsync("the new kind to be told", () => Task.FromResult(slack.Posts.Count == 5));
        var news = slack.Posts.Skip(3).Single(post => post.Path == "/api/chat.postMessage").Body;
        Assert.Equal("1700000000.000001", (string?)news["thread_ts"]);
        Assert.Contains("Updated: it happened 2 more times; new: request.kind watch secrets; acknowledged by ann", news.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alert_NobodyAcknowledgesInTime_GoesToTheLead()
    {
        await using var slack = new RecordingSlack();
        await slack.StartAsync();
        _folder.Write("soc", $"{slack.Root}/hook/soc");
        _folder.Write("lead", $"{slack.Root}/hook/lead");
        var config = _folder.Write("auditwatch.yaml", $$"""
            {{Rules.ExecAlone}}
            state: {directory: state}
            receivers: [{name: soc, slackConfigs: [{apiUrlFile: soc}]}, {name: lead, slackConfigs: [{apiUrlFile: lead}]}]
            route: {receiver: soc, escalate: [{after: 2s, receiver: lead}]}
            """);
        await using var service = await Service.StartAsync("--config", config);
        await service.PostAsync(ExecEvent.By("bob", "1"));
        await service.UntilAsync("the lead to be told", () => Task.FromResult(slack.Posts.Count == 2));
        Assert.Equal(["/hook/soc", "/hook/lead"], slack.Posts.Select(post => post.Path));
        Assert.Contains("Escalated: nobody acknowledged it within 2s of soc being told", slack.Posts[1].Body.ToJsonString(), StringComparison.Ordinal);

        var id = (await Cli.RunAsync("alerts", "list", "--format", "json", "--config", config)).Out.Split('"')[3];
        Assert.Matches("escalated to +lead ", (await Cli.RunAsync("alerts", "show", id, "--config", config)).Out);
        await Cli.RunAsync("alerts", "ack", id, "--by", "ann", "--config", config);
        await service.UntilAsync("both to be told", () => Task.FromResult(slack.Posts.Count == 4));
        Assert.Equal(["/hook/lead", "/hook/soc"], slack.Posts.Skip(2).Select(post => post.Path).Order(StringComparer.Ordinal));
        Assert.Contains("escalate: [lead after 2s]", (await Cli.RunAsync("config", "routes", "show", "--config", config)).Out, StringComparison.Ordinal);
    }

    private static string Denied(string verb, string id) => $$$"""
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{{{id}}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/payments/secrets/db",
        "verb":"{{{verb}}}","user":{"username":"bob"},"sourceIPs":["203.0.113.7"],"userAgent":"curl/8.5.0","objectRef":{"resource":"secrets","namespace":"payments","name":"db","apiVersion":"v1"},
        "responseStatus":{"code":403},"requestReceivedTimestamp":"2026-11-21T10:00:00.000000Z","stageTimestamp":"2026-11-21T10:00:00.000000Z"}
        """;
}
