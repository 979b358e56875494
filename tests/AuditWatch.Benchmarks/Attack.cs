using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace AuditWatch.Benchmarks;

/// <summary>
/// A running service under every attack at once, beside the honest stream of a cluster: what becomes of that stream, of its alerts and of the service. See attack.sh.
/// </summary>
internal static partial class Attack
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Attacks for a while and prints a table.</summary>
    /// <param name="webhook">The webhook, without the name of a cluster.</param>
    /// <param name="process">The process of the service.</param>
    /// <param name="receivers">Where to listen for notifications: one that answers, one that wants an hour's rest once, one that never answers.</param>
    /// <param name="tokens">Of the cluster <c>honest</c>, of the cluster <c>tenant</c>, and of a client that may name any.</param>
    /// <param name="calm">Seconds of the honest stream alone before: a service that has just started compiles itself.</param>
    /// <param name="seconds">For how long.</param>
    /// <returns>Whether no honest event was refused or late, and no alert of them missing.</returns>
    public static async Task<bool> RunAsync(Uri webhook, int process, string[] receivers, string[] tokens, int calm, int seconds)
    {
        var rests = 0;
        var well = new Receiver(receivers[0], IntruderPattern());
        var resting = new Receiver(receivers[1], IntruderPattern(), context =>
        {
            context.Response.StatusCode = Interlocked.Exchange(ref rests, 1) == 0 ? 503 : 200;
            if (context.Response.StatusCode == 503)
            {
                context.Response.Headers["Retry-After"] = "3600";
            }

            context.Response.Close();
        });
        var silent = new Receiver(receivers[2], IntruderPattern(), _ => { });
        Array.ForEach([well, resting, silent], receiver => receiver.Start());

        using var stop = new CancellationTokenSource();
        var attackers = new Attackers(webhook, tokens[1], tokens[2]);
        var watch = new ServiceWatch(new Uri(webhook, "/"), process);
        var apiServer = Attackers.Client(tokens[0]);
        (apiServer.DefaultRequestVersion, apiServer.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        var honest = new HonestStream(apiServer, new Uri(webhook + "/honest"));
        var stream = honest.RunAsync(stop.Token);
        await Task.WhenAny(stream, Task.Delay(TimeSpan.FromSeconds(calm), TimeProvider.System));
        honest.IsAttacked = true;
        var all = Task.WhenAll(attackers.RunAsync(stop.Token), watch.RunAsync(stop.Token), stream);
        using var service = Process.GetProcessById(process);
        await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System), service.WaitForExitAsync());
        var shed = service.HasExited ? ["the service has ended"] : await watch.CountersAsync();
        await stop.CancelAsync();
        await all;
        for (var ended = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(ended) < Patience && honest.Intruders.Keys.Any(name => !well.Arrived.ContainsKey(name));)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        await Task.WhenAll(well.StopAsync(), resting.StopAsync(), silent.StopAsync());
        var lateness = new ConcurrentBag<double>(honest.Intruders.Where(one => well.Arrived.ContainsKey(one.Key)).Select(one => Stopwatch.GetElapsedTime(one.Value, well.Arrived[one.Key]).TotalSeconds));
        var late = lateness.Count(one => one > Late.TotalSeconds) + honest.Acknowledged.Count(one => one > Late.TotalMilliseconds);
        var kept = honest.Refused == 0 && late == 0 && lateness.Count == honest.Intruders.Count && watch.Failed == 0;
        FormattableString[] lines =
        [
            $"{seconds:N0} s of attack after {calm} s of calm; the promise is {(kept ? "kept" : "BROKEN")}",
            $"honest events: {honest.Sent:N0} sent, {honest.Refused:N0} refused; their lists acknowledged after p50 {Live.At(honest.Acknowledged, 0.5):N1} ms, p99 {Live.At(honest.Acknowledged, 0.99):N1} ms, at most {Live.At(honest.Acknowledged, 1):N0} ms",
            $"alerts of them: {honest.Intruders.Count:N0} expected, {lateness.Count:N0} arrived, after p50 {Live.At(lateness, 0.5) * 1_000:N0} ms, p99 {Live.At(lateness, 0.99) * 1_000:N0} ms, at most {Live.At(lateness, 1) * 1_000:N0} ms; events or alerts later than {Late.TotalSeconds} s: {late:N0}",
            $"receivers: {well.Messages:N0} messages to the one that answers, {resting.Messages:N0} to the one that wanted an hour's rest, {silent.Messages:N0} to the one that never answers",
            $"in the same lists: {AttackedCluster.Description}; {honest.Hostile:N0} taken",
        ];
        Console.WriteLine(string.Join('\n', lines.Select(line => line.ToString(CultureInfo.InvariantCulture)).Concat(attackers.Lines).Concat(watch.Lines).Concat(shed).Concat(honest.Problems)));
        return kept;
    }

    [GeneratedRegex(@"intruder-\d+-\d+")]
    private static partial Regex IntruderPattern();

    /// <summary>The lists of the attacked cluster, what was answered to each, and when the deeds that have to be told were sent.</summary>
    private sealed class HonestStream(HttpClient http, Uri address)
    {
        private readonly AttackedCluster _cluster = new();
        private long _taken;
        private long _refused;
        private long _hostile;

        public bool IsAttacked { get; set; }

        public ConcurrentBag<double> Acknowledged { get; } = [];

        public ConcurrentDictionary<string, long> Intruders { get; } = new(StringComparer.Ordinal);

        public ConcurrentQueue<string> Problems { get; } = new();

        public long Sent => (_taken + _refused) * AttackedCluster.Honest;

        public long Refused => _refused * AttackedCluster.Honest;

        public long Hostile => _hostile;

        public Task RunAsync(CancellationToken stop) => Pace.RunAsync(AttackedCluster.ListsPerSecond, 50, async (number, due) =>
        {
            var isAttacked = IsAttacked;
            string list;
            lock (_cluster)
            {
                list = _cluster.Next(number, isAttacked);
            }

            if (AttackedCluster.Intruder(number) is { } intruder)
            {
                Intruders[intruder] = due;
            }

            string problem;
            try
            {
                using var answer = await http.PostAsync(address, new StringContent(list, Encoding.UTF8, "application/json"));
                Acknowledged.Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    Interlocked.Increment(ref _taken);
                    Interlocked.Add(ref _hostile, isAttacked ? AttackedCluster.Hostile : 0);
                    return;
                }

                problem = $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}";
            }
            catch (Exception failed) when (failed is HttpRequestException or OperationCanceledException)
            {
                problem = failed.GetBaseException().Message;
            }

            Interlocked.Increment(ref _refused);
            if (Problems.Count < 20)
            {
                Problems.Enqueue(string.Create(CultureInfo.InvariantCulture, $"list {number} was refused: {problem}"));
            }
        }, stop);
    }
}
