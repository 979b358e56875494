using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuditWatch.Configuration;
using AuditWatch.EndToEnd.Commands;
using AuditWatch.EndToEnd.Run;
using AuditWatch.Notifications;
using AuditWatch.Sources;
using AuditWatch.Sources.Webhook;
using YamlDotNet.RepresentationModel;

namespace AuditWatch.EndToEnd.Docs;

/// <summary>What the page on the webhook says of configuration, answers, bodies and metrics is so.</summary>
public sealed partial class WebhookPageTests : IDisposable
{
    private const string Shop = "the-token-of-the-shop";
    private const string Shippers = "the-token-of-the-shippers";

    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "webhook.md"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Page_Configuration_GivesTheAnswersItPromises()
    {
        await using var service = await Service.StartAsync("--config", await WriteConfigAsync());
        var post = new Poster(service.Http, Shop);

        var answers = new List<HttpStatusCode>
        {
            await post.SendAsync("/webhook/shop", ExecEvent.By("bob", "1")),
            await post.SendAsync("/webhook", ExecEvent.By("bob", "2")),
            await post.SendAsync("/webhook/shop", "<html>"),
            await post.SendAsync("/webhook/sh%20op", ExecEvent.By("bob", "3")),
            await post.SendAsync("/webhook/shop", ExecEvent.By("bob", "4"), encoding: "gzip"),
            await (post with { Token = "a-token-of-nobody-at-all" }).SendAsync("/webhook/shop", ExecEvent.By("bob", "5")),
            await (post with { Token = null }).SendAsync("/webhook/shop", ExecEvent.By("bob", "6")),
            await post.SendAsync("/webhook/bank-eu", ExecEvent.By("bob", "7")),
            await (post with { Token = Shippers }).SendAsync("/webhook", ExecEvent.By("bob", "8")),
            await (post with { Token = Shippers }).SendAsync("/webhook/bank-us", ExecEvent.By("bob", "9")),
            await post.SendAsync("/hook", ExecEvent.By("bob", "10")),
            await (post with { Method = HttpMethod.Put }).SendAsync("/webhook/shop", ExecEvent.By("bob", "11")),
            await post.SendAsync("/webhook/shop", Compress(ExecEvent.By("bob", "12") + new string(' ', 64 << 20)), "gzip"),
            await post.SendAsync("/webhook/shop", ExecEvent.By("bob", "13"), encoding: "br"),
        };

        Assert.Equal([200, 200, 400, 400, 400, 401, 401, 403, 403, 200, 404, 405, 413, 415], answers.Select(answer => (int)answer));
        Assert.All(answers.Distinct(), answer => Assert.Contains($"{(int)answer}", Page, StringComparison.Ordinal));
        await service.UntilAsync("three events", async () => await service.MetricAsync("auditwatch_events_total") >= 3);
    }

    [Fact]
    public async Task Page_Limits_AreTheDefaults()
    {
        var written = Load(await WriteConfigAsync());
        var defaults = new WebhookOptions { Tls = written.Tls, Authentication = written.Authentication, RejectedInput = new RejectedInputOptions(_folder["rejected-events.jsonl"]) };

        Assert.Equal(defaults, written);
        Assert.Equal(["body", "event", "inFlight", "requests", "connections", "headerTimeout", "bodyTimeout"], LimitPattern().Matches(Page).Select(match => match.Groups[1].Value));

        WebhookOptions Load(string config)
        {
            var diagnostics = new Diagnostics();
            var configuration = ConfigurationFile.Load(config, new NotifierKinds(), diagnostics);
            Assert.Empty(diagnostics);
            return configuration!.WebhookOptions;
        }
    }

    [Theory]
    [InlineData("Fluent Bit", """{"log": @}""", "\n")]
    [InlineData("Vector", "@", "\n")]
    [InlineData("Logstash", """{"@timestamp": "2026-11-21T08:00:00Z", "message": @, "event": {"original": @}, "agent": {"type": "filebeat"}}""", ",")]
    public async Task Page_WhatShippersSend_IsRead(string shipper, string shape, string between)
    {
        Assert.Contains(shipper, Page, StringComparison.Ordinal);
        await using var service = await Service.StartAsync();
        var records = string.Join(between, new[] { "bob", "eve" }.Select(user => Shaped(shape, ExecEvent.By(user, user))));

        var answer = await new Poster(service.Http, Token: null).SendAsync("/webhook/shop", Compress(between == "," ? $"[{records}]" : records + "\n"), "gzip");

        Assert.Equal(HttpStatusCode.OK, answer);
        await service.UntilAlertsAsync(2);
        Assert.Equal(0, await service.MetricAsync("auditwatch_rejected_total") ?? 0);
    }

    [SkippableFact]
    public async Task Page_LambdaFunction_HandsOnWhatCloudWatchGivesIt()
    {
        Skip.IfNot(Tools.Has("python3"), "needs python3: .ci/install");
        await using var service = await Service.StartAsync();
        var batch = Shaped("""{"messageType": "DATA_MESSAGE", "logGroup": "/aws/eks/shop/cluster", "logEvents": [{"id": "1", "timestamp": 1, "message": @}]}""", ExecEvent.By("bob", "1"));
        _folder.Write("function.py", CodePattern().Match(Page).Groups[1].Value + $$$"""
            print(handler({"awslogs": {"data": "{{{Convert.ToBase64String(Compress(batch))}}}"}}, None))
            """);

        var result = await Cli.RunProcessAsync(
            "/usr/bin/env", [], $"AUDITWATCH_URL={service.Http.BaseAddress}webhook/shop", "AUDITWATCH_TOKEN=any", "python3", _folder["function.py"]);

        Assert.Equal((0, "1 events, 0 rejected"), (result.ExitCode, result.Out.Trim()));
        await service.UntilAlertsAsync(1);
    }

    [Fact]
    public async Task Page_EveryMetric_IsCounted()
    {
        await using var service = await Service.StartAsync("--state", _folder["state"]);
        await new Poster(service.Http, Token: null).SendAsync("/webhook/shop", ExecEvent.By("bob", "1") + "{\"no\": \"event\"}");

        // What happens only when a certificate changes, or somebody fills the connections, is not there on other days.
        var names = MetricPattern().Matches(Page).Select(match => match.Groups[1].Value).Except(["auditwatch_webhook_reloads_total", "auditwatch_connections_ended_total"]).ToList();
        Assert.Equal(8, names.Count);
        foreach (var name in names)
        {
            Assert.True(await service.MetricAsync(name) is not null, name);
        }

        using var example = JsonDocument.Parse(RejectedInputPattern().Match(Page).Value);
        using var noted = JsonDocument.Parse(File.ReadLines(_folder["state/rejected-events.jsonl"]).First());
        Assert.Equal(noted.RootElement.EnumerateObject().Select(member => member.Name), example.RootElement.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void Page_YamlOfOtherPrograms_IsWellFormed()
    {
        var blocks = YamlPattern().Matches(Page).Select(match => match.Groups[2].Value).ToList();
        Assert.Equal(6, blocks.Count);
        Assert.All(blocks, block => new YamlStream().Load(new StringReader(block)));
    }

    private async Task<string> WriteConfigAsync()
    {
        _folder.Write("tokens/shop", Shop);
        _folder.Write("tokens/shippers", Shippers);
        Directory.CreateDirectory(_folder["tls"]);
        foreach (var (key, certificate) in new[] { ("server.key", "server.crt"), ("clients-ca.key", "clients-ca.crt") })
        {
            var made = await Cli.RunProcessAsync(
                "openssl", [], "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=auditwatch", "-keyout", _folder[$"tls/{key}"], "-out", _folder[$"tls/{certificate}"]);
            Assert.True(made.ExitCode == 0, made.Error);
        }

        var config = YamlPattern().Matches(Page).Single(match => match.Groups[1].Value == "auditwatch.yaml").Groups[2].Value;
        return _folder.Write("auditwatch.yaml", config.Replace("/var/lib/auditwatch", "state", StringComparison.Ordinal));
    }

    private static string Shaped(string shape, string line)
    {
        var compact = line.ReplaceLineEndings("").Trim();
        return shape == "@" ? compact : Regex.Replace(shape, "@(?!t)", _ => JsonSerializer.Serialize(compact));
    }

    private static byte[] Compress(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return compressed.ToArray();
    }

    [GeneratedRegex(@"^```yaml (\S+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlPattern();

    [GeneratedRegex(@"^\| `([a-zA-Z]+)` \| ", RegexOptions.Multiline)]
    private static partial Regex LimitPattern();

    [GeneratedRegex(@"^```python \S+\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodePattern();

    [GeneratedRegex(@"^\| `(auditwatch_\w+)", RegexOptions.Multiline)]
    private static partial Regex MetricPattern();

    [GeneratedRegex(@"(?<=```json\n).*")]
    private static partial Regex RejectedInputPattern();

    private sealed record Poster(HttpClient Http, string? Token)
    {
        public HttpMethod Method { get; init; } = HttpMethod.Post;

        public Task<HttpStatusCode> SendAsync(string path, string body, string? encoding = null) => SendAsync(path, Encoding.UTF8.GetBytes(body), encoding);

        public async Task<HttpStatusCode> SendAsync(string path, byte[] body, string? encoding)
        {
            using var request = new HttpRequestMessage(Method, path) { Content = new ByteArrayContent(body) };
            request.Headers.Authorization = Token is null ? null : new AuthenticationHeaderValue("Bearer", Token);
            if (encoding is not null)
            {
                request.Content.Headers.ContentEncoding.Add(encoding);
            }

            using var answer = await Http.SendAsync(request);
            return answer.StatusCode;
        }
    }
}
