using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace AuditWatch.EndToEnd.Run;

public sealed class RunWebhookTests(ScannedSample scanned) : IClassFixture<ScannedSample>
{
    [Fact]
    public async Task Run_EventListsPosted_RaisesTheAlertsOfTheScan()
    {
        await using var service = await Service.StartAsync();

        await PostSampleAsync(service);

        Assert.Equal(0, await service.StopAsync());
        Assert.Equal(scanned.Alerts, service.Alerts);
    }

    [Fact]
    public async Task Run_SingleEventPostedForACluster_NamesTheCluster()
    {
        await using var service = await Service.StartAsync();
        var exec = Sample.Lines.Last(line => line.Contains("pods/shell/exec", StringComparison.Ordinal));

        var answer = await service.Http.PostAsync("/webhook/production", Json(exec));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await service.UntilAlertsAsync(1);
        Assert.Contains("production", service.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rubbish", HttpStatusCode.BadRequest)]
    [InlineData("{\"kind\":\"EventList\",\"items\":[{\"auditID\":", HttpStatusCode.BadRequest)]
    [InlineData("{\"kind\":\"EventList\",\"items\":[{\"no\":\"event\"}]}", HttpStatusCode.UnprocessableEntity)]
    public async Task Run_RubbishPosted_IsAnsweredAndCountedAndTheServiceGoesOn(string rubbish, HttpStatusCode status)
    {
        await using var service = await Service.StartAsync();

        var answer = await service.Http.PostAsync("/webhook", Json(rubbish));

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(1, await service.MetricAsync("auditwatch_rejected_total"));
        await PostSampleAsync(service);
        await service.UntilAlertsAsync(scanned.Alerts.Count);
    }

    [Fact]
    public async Task Run_TerminatedWhileARequestArrives_AnswersItAndRaisesItsAlerts()
    {
        await using var service = await Service.StartAsync();
        var body = new HalfSentContent(await File.ReadAllBytesAsync(Sample.Path));
        var answer = service.Http.PostAsync("/webhook", body);
        await body.HalfSent;
        await service.UntilAsync("the request to be let in", async () => await service.MetricAsync("auditwatch_webhook_active_requests") == 1);

        var stopped = service.StopAsync();
        await service.UntilAsync("no new request to be let in", async () => !await IsServingAsync(service));
        body.SendTheRest();

        Assert.Equal(HttpStatusCode.OK, (await answer).StatusCode);
        Assert.Equal(0, await stopped);
        Assert.Equal(scanned.Alerts, service.Alerts);
        Assert.DoesNotContain("   at ", service.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Ready_AnswersHealthAndMetrics()
    {
        await using var service = await Service.StartAsync();
        await PostSampleAsync(service);

        var health = await service.Http.GetAsync("/healthz");
        var ready = await service.Http.GetAsync("/readyz");

        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal(new MediaTypeHeaderValue("application/json").MediaType, ready.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Sample.Lines.Count, await service.MetricAsync("auditwatch_events_total"));
        Assert.Contains("\"sources\":[{\"source\":\"webhook\",\"cluster\":\"\",\"lastEventsAt\":", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await service.UntilAsync("nothing to wait or be held", async () => await service.MetricAsync("auditwatch_webhook_queued_batches") == 0 && await service.MetricAsync("auditwatch_webhook_held_bytes") == 0);
    }

    [Fact]
    public async Task Run_AddressInUse_ExitsWith2AndSaysSo()
    {
        await using var service = await Service.StartAsync();

        var second = await Cli.RunAsync("run", "--listen", service.Http.BaseAddress!.Authority);

        Assert.Equal((2, ""), (second.ExitCode, second.Out));
        Assert.Contains("in use", second.Error, StringComparison.Ordinal);
    }

    private static async Task<bool> IsServingAsync(Service service)
    {
        try
        {
            return (await service.Http.GetAsync("/healthz")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task PostSampleAsync(Service service)
    {
        foreach (var events in Sample.Lines.Chunk(400))
        {
            var list = $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{{string.Join(',', events)}}]}""";
            var answer = await service.Http.PostAsync("/webhook", Json(list));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
