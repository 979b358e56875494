using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace AuditWatch.Benchmarks;

/// <summary>
/// An API server's side of a running service: posts lists of 400 events, the most that one sends at a time, and takes the notifications. One connection
/// at a time sends as fast as it is answered, or all keep to a rate; once a second somebody execs into a pod that nobody has seen, and the time from
/// that event being sent to its notification arriving is taken.
/// </summary>
internal static partial class Live
{
    private const int ListSize = 400;
    private const int Lists = 250;

    /// <summary>Runs for a while, and prints one line.</summary>
    /// <param name="address">The webhook.</param>
    /// <param name="token">What to authenticate with.</param>
    /// <param name="receiver">Where to listen for notifications, as in <c>http://127.0.0.1:9999/</c>.</param>
    /// <param name="connections">How many lists may be on their way at a time.</param>
    /// <param name="rate">Events a second; 0 for as many as are accepted.</param>
    /// <param name="seconds">For how long.</param>
    public static async Task RunAsync(Uri address, string token, string receiver, int connections, int rate, int seconds)
    {
        var bodies = Bodies();
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = connections };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost";
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var sent = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        var acknowledged = new ConcurrentBag<double>();
        var notifications = new Receiver(receiver, PodPattern());
        notifications.Start();

        await PostAsync(http, address, bodies[0]);
        var (began, next, accepted, refused, execs) = (Stopwatch.GetTimestamp(), 0L, 0L, 0L, 0L);
        double Elapsed() => Stopwatch.GetElapsedTime(began).TotalSeconds;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            while (Elapsed() < seconds)
            {
                var number = Interlocked.Increment(ref next);
                if (rate > 0 && (number * ListSize / (double)rate) - Elapsed() is > 0 and var ahead)
                {
                    await Task.Delay(TimeSpan.FromSeconds(ahead), TimeProvider.System);
                }

                var body = bodies[(int)(number % Lists)];
                var second = (long)Elapsed();
                if (Interlocked.Exchange(ref execs, second) < second)
                {
                    var pod = $"live-{second}-{Environment.ProcessId}";
                    body = Encoding.UTF8.GetBytes(Exec(pod));
                    sent[pod] = Stopwatch.GetTimestamp();
                }

                var before = Stopwatch.GetTimestamp();
                if (await PostAsync(http, address, body))
                {
                    acknowledged.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
                    Interlocked.Add(ref accepted, ReferenceEquals(body, bodies[(int)(number % Lists)]) ? ListSize : 1);
                }
                else
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })));
        var took = Elapsed();
        for (var patience = 0; patience < 50 && sent.Keys.Any(pod => !notifications.Arrived.ContainsKey(pod)); patience++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        await notifications.StopAsync();
        var notified = new ConcurrentBag<double>(notifications.Arrived.Where(one => sent.ContainsKey(one.Key)).Select(one => Stopwatch.GetElapsedTime(sent[one.Key], one.Value).TotalMilliseconds));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{accepted / took,9:N0} events/s; {refused} lists refused; acknowledged after p50 {At(acknowledged, 0.5):N1} ms, p99 {At(acknowledged, 0.99):N1} ms; {notified.Count} of {sent.Count} notifications, after p50 {At(notified, 0.5):N1} ms, p99 {At(notified, 0.99):N1} ms"));
    }

    private static async Task<bool> PostAsync(HttpClient http, Uri address, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await http.PostAsync(address, content);
        return answer.StatusCode == HttpStatusCode.OK || (answer.StatusCode == HttpStatusCode.TooManyRequests ? false : throw new HttpRequestException($"{answer.StatusCode}"));
    }

    private static List<byte[]> Bodies()
    {
        var text = Traffic.Generate(Lists * ListSize);
        var bodies = new List<byte[]>();
        using var stream = new MemoryStream(text);
        var lines = new StreamReader(stream);
        for (var i = 0; i < Lists; i++)
        {
            var items = string.Join(',', Enumerable.Range(0, ListSize).Select(_ => lines.ReadLine()));
            bodies.Add(Encoding.UTF8.GetBytes($$$"""{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{{{items}}}]}""" + "\n"));
        }

        return bodies;
    }

    /// <summary>An exec that is allowed and is of now, into a pod that nobody has seen.</summary>
    public static string Exec(string pod) =>
        $$$"""{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"{{{pod}}}","stage":"ResponseStarted","requestURI":"/api/v1/namespaces/live/pods/{{{pod}}}/exec?command=id","verb":"get","user":{"username":"jane@example.com","groups":["system:authenticated"]},"sourceIPs":["10.0.0.9"],"userAgent":"kubectl/v1.34.1","objectRef":{"resource":"pods","namespace":"live","name":"{{{pod}}}","apiVersion":"v1","subresource":"exec"},"responseStatus":{"code":101},"requestReceivedTimestamp":"{{{TimeProvider.System.GetUtcNow():O}}}","stageTimestamp":"{{{TimeProvider.System.GetUtcNow():O}}}"}""";

    /// <summary>The value that this share of them does not exceed.</summary>
    public static double At(ConcurrentBag<double> values, double share) => values.IsEmpty ? double.NaN : values.Order().ElementAt((int)(share * (values.Count - 1)));

    [GeneratedRegex(@"live-\d+-\d+")]
    private static partial Regex PodPattern();
}
