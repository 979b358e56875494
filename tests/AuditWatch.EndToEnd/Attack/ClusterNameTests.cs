using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;

namespace AuditWatch.EndToEnd.Attack;

/// <summary>Whoever may post for any cluster chooses its name: neither metrics nor alerts grow with that.</summary>
public sealed class ClusterNameTests
{
    [Fact]
    public async Task Post_ThousandsOfClusterNames_MakeNeitherMetricsNorAlertsWithoutEnd()
    {
        const int names = 1_500;
        await using var service = await Service.StartAsync();
        await service.PostAsync(ExecEvent.By("jane", "real"));
        await Parallel.ForEachAsync(Enumerable.Range(0, names), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, cancellation) =>
        {
            using var answer = await service.Http.PostAsync($"/webhook/c{n}", new StringContent(ExecEvent.By("mallory", $"{n}"), Encoding.UTF8, "application/json"), cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        });

        var metrics = await service.Http.GetStringAsync("/metrics");
        Assert.InRange(Regex.Matches(metrics, "cluster=\"([^\"]*)\"").Select(match => match.Groups[1].Value).Distinct().Count(), 200, 202);
        Assert.InRange(metrics.Length, 1, 2_000_000);
        Assert.Equal(names + 1, await service.MetricAsync("auditwatch_events_total"));
        // One for each cluster that is told apart, and one for all others.
        var alerts = JsonNode.Parse(await service.Http.GetStringAsync("/api/v1/alerts?limit=1000"))!["alerts"]!.AsArray();
        Assert.InRange(alerts.Count, 200, 203);
        Assert.Equal(alerts.Count, await service.MetricAsync("auditwatch_alerts"));
        Assert.Contains(alerts, alert => (string?)alert!["actor"] == "jane" && (string?)alert["detection"]!["name"] == "exec_into_pod");
        Assert.Single(service.Error.Split('\n'), line => line.Contains("more than 200 clusters", StringComparison.Ordinal));
    }
}
