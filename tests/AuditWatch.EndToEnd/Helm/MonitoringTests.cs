using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AuditWatch.EndToEnd.Helm;

public sealed partial class MonitoringTests
{
    [SkippableFact]
    public async Task Rules_InPrometheus_FireWhereTheyShould()
    {
        Skip.IfNot(Tools.Has("promtool"), "needs promtool: .ci/install");
        using var folder = new TemporaryFolder();
        var rules = folder.Write("rules.yaml", (await RulesAsync()).ToJsonString());
        File.Copy(Path.Combine(Chart.Tests, "alerts.tests.yaml"), folder["alerts.tests.yaml"]);

        var check = await Cli.RunProcessAsync("promtool", [], "check", "rules", rules);
        var test = await Cli.RunProcessAsync("promtool", [], "test", "rules", folder["alerts.tests.yaml"]);

        Assert.True(check.ExitCode == 0, check.Out + check.Error);
        Assert.True(test.ExitCode == 0, test.Out + test.Error);
    }

    [SkippableFact]
    public async Task Rules_EachOfThem_FiresInATest()
    {
        var alerts = Alerts(await RulesAsync()).Select(rule => (string)rule["alert"]!).ToList();

        var tests = await File.ReadAllTextAsync(Path.Combine(Chart.Tests, "alerts.tests.yaml"));

        Assert.Equal(12, alerts.Count);
        Assert.All(alerts, alert => Assert.Matches($$"""labels: '{alertname="{{alert}}"[^}]*}', value: 1""", tests));
    }

    [SkippableFact]
    public async Task Rules_Texts_NameTheReleaseAndWhatToDo()
    {
        Assert.All(Alerts(await RulesAsync()), rule =>
        {
            Assert.Contains((string?)rule["labels"]!["severity"], new[] { "critical", "warning" });
            Assert.True(rule["annotations"]!["summary"]!.ToString().Length is > 10 and < 80);
            Assert.True(rule["annotations"]!["description"]!.ToString().Length > 60);
            Assert.DoesNotMatch("JOB|NAMESPACE", rule.ToJsonString());
        });
    }

    [SkippableFact]
    public async Task Queries_OfRulesAndDashboard_AskForMetricsThatThereAre()
    {
        var queries = Alerts(await RulesAsync()).Select(rule => (string)rule["expr"]!).Concat(DashboardQueries()).ToList();

        var exposed = await ExposedMetrics.NamesAsync();

        Assert.True(queries.Count > 30, "queries have been missed");
        var asked = queries.SelectMany(query => MetricName().Matches(query).Select(match => match.Value)).Distinct().ToList();
        Assert.Contains("auditwatch_events_total", asked);
        Assert.Empty(asked.Except(exposed));
    }

    [SkippableFact]
    public async Task DashboardQueries_InPrometheus_CanBeParsed()
    {
        Skip.IfNot(Tools.Has("promtool"), "needs promtool: .ci/install");
        using var folder = new TemporaryFolder();
        var rules = new JsonArray([.. DashboardQueries().Select((query, index) => (JsonNode)new JsonObject { ["record"] = $"query{index}", ["expr"] = query })]);
        var file = folder.Write("queries.yaml", new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "dashboard", ["rules"] = rules }) }.ToJsonString());

        var check = await Cli.RunProcessAsync("promtool", [], "check", "rules", file);

        Assert.True(check.ExitCode == 0, check.Out + check.Error);
    }

    [SkippableFact]
    public async Task Dashboard_InItsConfigMap_IsTheFileAndItsPanelsDoNotOverlap()
    {
        var manifests = Manifest.Parse(await Chart.RenderAsync(Chart.Values("monitoring")));

        var text = (string)manifests.Single(manifest => manifest.Name == "aw-auditwatch-dashboard").Json["data"]!["auditwatch.json"]!;

        Assert.Equal(Dashboard().ToJsonString(), JsonNode.Parse(text)!.ToJsonString());
        var cells = Dashboard()["panels"]!.AsArray().Select(panel => panel!["gridPos"]!).SelectMany(Cells).ToList();
        Assert.Equal(cells.Count, cells.Distinct().Count());

        static IEnumerable<(int X, int Y)> Cells(JsonNode place) =>
            from x in Enumerable.Range((int)place["x"]!, (int)place["w"]!)
            from y in Enumerable.Range((int)place["y"]!, (int)place["h"]!)
            select (x, y);
    }

    private static async Task<JsonObject> RulesAsync() =>
        (JsonObject)Manifest.Parse(await Chart.RenderAsync(Chart.Values("monitoring"))).Single(manifest => manifest.Kind == "PrometheusRule").Json["spec"]!;

    private static IEnumerable<JsonNode> Alerts(JsonObject rules) => rules["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray())!;

    private static JsonNode Dashboard() => JsonNode.Parse(File.ReadAllText(Path.Combine(Chart.Folder, "files", "dashboard.json")))!;

    private static IEnumerable<string> DashboardQueries() =>
        Dashboard()["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => (string)target!["expr"]!);

    [GeneratedRegex("(auditwatch|process|dotnet)_[a-z0-9_]+")]
    private static partial Regex MetricName();
}
