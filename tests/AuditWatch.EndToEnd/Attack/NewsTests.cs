using System.Text.Json.Nodes;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>Somebody hides in the alert that is open already: what is new in a repeat, of what matters, is kept and told.</summary>
public sealed class NewsTests
{
    [Fact]
    public async Task Run_RepeatsWithNewValues_AreToldOfWhatIsNew()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rules.yml", """
            title: Configuration read
            name: configuration_read
            status: test
            level: low
            logsource: {product: kubernetes, service: audit}
            detection: {selection: {verb: get, objectRef.resource: configmaps}, condition: selection}
            auditwatch: {dedup: {by: [user.username]}, updates: [objectRef.name]}
            """);
        var config = folder.Write("auditwatch.yaml", """
            detections: [builtin, rules.yml]
            state: {directory: state}
            receivers: [{name: archive, fileConfigs: [{path: told.jsonl}]}]
            route: {receiver: archive, groupInterval: 1s}
            """);
        await using var service = await Service.StartAsync("--config", config);

        await service.PostAsync(string.Join('\n', Binding("first"), Read("public", 1), ExecEvent.By("mallory", "0")));
        await service.UntilAsync("they are told", () => Task.FromResult(new[] { "cluster_admin_bound", "configuration_read", "exec_into_pod" }.All(Told().Contains)));
        await service.PostAsync(string.Join('\n', [Binding("second"), Read("private", 2), .. Enumerable.Range(1, 11).Select(n => ExecEvent.By("mallory", $"{n}").Replace("command=id", $"command=tool-{n}", StringComparison.Ordinal))]));

        await service.UntilAsync("what is new to be told", () => Task.FromResult(new[] { "second", "private", "tool-11" }.All(Told().Contains)));
        var alerts = (await Cli.RunAsync("alerts", "list", "--format", "json", "--config", config)).OutLines.Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Contains(Updates("cluster_admin_bound"), update => update.Contains("second", StringComparison.Ordinal));
        Assert.Contains("objectRef.name private", Updates("configuration_read"));
        Assert.Contains("command tool-11", Updates("exec_into_pod"));

        string Told() => File.Exists(folder["told.jsonl"]) ? File.ReadAllText(folder["told.jsonl"]) : "";

        IEnumerable<string> Updates(string detection) => alerts.Single(alert => (string?)alert["detection"]!["name"] == detection)["updates"]!.AsArray().Select(update => $"{update!["field"]} {update["value"]}");
    }

    private static string Read(string name, int number) => $$"""
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"r{{number}}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/web/configmaps/{{name}}","verb":"get","user":{"username":"mallory"},"sourceIPs":["203.0.113.7"],"objectRef":{"resource":"configmaps","namespace":"web","name":"{{name}}","apiVersion":"v1"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-11-21T00:00:0{{number}}.000000Z","stageTimestamp":"2026-11-21T00:00:0{{number}}.000000Z"}
        """;

    private static string Binding(string subject) => $$"""
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"{{subject}}","stage":"ResponseComplete","requestURI":"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings","verb":"create","user":{"username":"mallory"},"sourceIPs":["203.0.113.8"],"objectRef":{"resource":"clusterrolebindings","name":"same","apiGroup":"rbac.authorization.k8s.io","apiVersion":"v1"},"responseStatus":{"code":201},"requestObject":{"kind":"ClusterRoleBinding","metadata":{"name":"same"},"roleRef":{"kind":"ClusterRole","name":"cluster-admin","apiGroup":"rbac.authorization.k8s.io"},"subjects":[{"kind":"User","name":"{{subject}}"}]},"requestReceivedTimestamp":"2026-11-21T00:00:00.000000Z","stageTimestamp":"2026-11-21T00:00:00.000000Z","annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"x"} }
        """;
}
