using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace AuditWatch.EndToEnd.Run.Torture;

/// <summary>
/// Well-behaved clients and all sorts of others at the same time. AUDITWATCH_TORTURE_GB says how much the good ones send: 0.1 by default, 10 for
/// the long version.
/// </summary>
[TakesLong]
public sealed partial class WebhookTortureTests(ITestOutputHelper output)
{
    private const string Token = "a-token-for-the-torture-test";
    private const long MostResidentBytes = 300_000_000;

    private static readonly HttpStatusCode[] ToHostile =
        [HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized, HttpStatusCode.MethodNotAllowed, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.UnsupportedMediaType];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<HttpStatusCode, int> _answers = new();
    private long _sent;
    private long _accepted;

    [SkippableFact]
    public async Task Run_GoodAndHostileClientsTogether_StaysSmallAndLosesNothing()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the memory of a process is read from /proc");
        var target = (long)(1e9 * double.Parse(Environment.GetEnvironmentVariable("AUDITWATCH_TORTURE_GB") ?? "0.1", CultureInfo.InvariantCulture));
        using var folder = new TemporaryFolder();
        folder.Write("token", Token);
        await using var service = await Service.StartProcessAsync(
            "--config", folder.Write("auditwatch.yaml", "sources: {webhook: {listen: '127.0.0.1:0', auth: {tokens: [{file: token}]}, rejectedInput: {file: rejected.jsonl, maxSize: 1MiB}}}"));
        var address = service.Http.BaseAddress!;
        var began = Stopwatch.GetTimestamp();

        using var stop = new CancellationTokenSource();
        var hostile = new HostileClient(address, Token, status => Count(status));
        var ways = hostile.Ways();
        var hostiles = Enumerable.Range(0, 4).Select(worker => RepeatAsync(ways, worker * 5, stop.Token))
            .Concat(Enumerable.Range(0, 150).Select(_ => RepeatAsync([token => hostile.DripAsync(body: false, token)], 0, stop.Token)))
            .Concat(Enumerable.Range(0, 12).Select(_ => RepeatAsync([token => hostile.DripAsync(body: true, token)], 0, stop.Token)))
            .ToArray();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(() => SendAsync(address, worker, target))));
        stop.Cancel();
        await Task.WhenAll(hostiles);

        var events = (await service.Http.GetStringAsync("/metrics")).Split('\n')
            .Where(line => line.StartsWith("auditwatch_events_total{", StringComparison.Ordinal) && line.Contains("cluster=\"good\"", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        var (most, now) = service.ResidentBytes;
        output.WriteLine(FormattableString.Invariant(
            $"{_sent / 1e9:0.00} GB in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s, {_accepted} events accepted, {events} processed; resident {most / 1e6:0} MB at most, {now / 1e6:0} MB in the end"));
        output.WriteLine(string.Join(", ", _answers.OrderBy(answer => answer.Key).Select(answer => $"{(int)answer.Key}: {answer.Value}")));
        Assert.True(events >= _accepted, $"{_accepted} events were accepted, {events} processed");
        Assert.True(most < MostResidentBytes, $"{most} bytes resident");
        Assert.DoesNotContain(_answers.Keys, status => (int)status >= 500 && status != HttpStatusCode.ServiceUnavailable);
        Assert.All(ToHostile, expected => Assert.Contains(expected, _answers.Keys));

        Assert.DoesNotContain("   at ", service.Error, StringComparison.Ordinal);
        Assert.Equal(0, await service.StopAsync());
    }

    private async Task SendAsync(Uri address, int worker, long target)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var bodies = Sample.Lines.Chunk(400).Select(lines => Body(lines, worker)).ToArray();
        var began = Stopwatch.GetTimestamp();
        // A slow machine has sent the good ones' share before each hostile way was tried.
        for (var i = 0; Interlocked.Read(ref _sent) < target || (!ToHostile.All(_answers.ContainsKey) && Stopwatch.GetElapsedTime(began) < Patience); i++)
        {
            var (body, length, isCompressed) = bodies[i % bodies.Length];
            using var content = new ByteArrayContent(body);
            if (isCompressed)
            {
                content.Headers.ContentEncoding.Add("gzip");
            }

            using var answer = await http.PostAsync(new Uri("/webhook/good", UriKind.Relative), content);
            Count(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                Interlocked.Add(ref _sent, length);
                Interlocked.Add(ref _accepted, long.Parse(Accepted().Match(await answer.Content.ReadAsStringAsync()).Groups[1].ValueSpan, CultureInfo.InvariantCulture));
            }
            else
            {
                Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable });
                Assert.NotNull(answer.Headers.RetryAfter);
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            }
        }
    }

    // An EventList as API servers send it, lines as log shippers do, compressed and not.
    private static (byte[] Body, long Length, bool IsCompressed) Body(string[] lines, int worker)
    {
        var text = Encoding.UTF8.GetBytes(worker % 2 == 0 ? $$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{{string.Join(',', lines)}}]}""" : string.Join('\n', lines));
        if (worker % 3 != 0)
        {
            return (text, text.Length, false);
        }

        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(text);
        }

        return (compressed.ToArray(), text.Length, true);
    }

    private static async Task RepeatAsync(IReadOnlyList<Func<CancellationToken, Task>> ways, int first, CancellationToken stop)
    {
        await Task.Yield();
        for (var i = first; !stop.IsCancellationRequested; i++)
        {
            await ways[i % ways.Count](stop);
        }
    }

    private void Count(HttpStatusCode status) => _answers.AddOrUpdate(status, 1, (_, count) => count + 1);

    [GeneratedRegex("^([0-9]+) events")]
    private static partial Regex Accepted();
}
