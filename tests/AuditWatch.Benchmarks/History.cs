using System.Diagnostics;
using System.Globalization;
using AuditWatch.Alerts;
using AuditWatch.Detection;
using AuditWatch.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditWatch.Benchmarks;

/// <summary>
/// How long it takes to find alerts among very many: fills a state with alerts as a large company has them in 90 days (few actors, clusters and detections have most of them), and asks for a page of 100
/// in every way that <c>alerts list</c> can, what there is much of and what there is none of.
/// </summary>
internal static class History
{
    private const int Live = 300;
    private const int Together = 2_000;
    private const int Times = 5;

    private static readonly DateTimeOffset End = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Deeds = ["ran cat /etc/shadow in pod", "read secret", "made role", "bound cluster-admin to", "created a token for", "was denied list of"];

    /// <summary>Fills a state unless it has alerts, and measures.</summary>
    /// <param name="settings">The state.</param>
    /// <param name="count">How many alerts.</param>
    public static async Task MeasureAsync(StateSettings settings, int count)
    {
        await using var store = StateStore.Open(settings with { MaxSize = 1L << 40, Retention = TimeSpan.FromDays(10_000) }, TimeProvider.System, NullLogger.Instance);
        if (store.Search(new AlertSearch { Limit = 1 }).Rows.Count == 0)
        {
            await FillAsync(store, count);
        }

        var history = new AlertHistory(store);
        var all = Searches().Select(one => Measure(history, one.Name, one.Search)).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"slowest: {all.Max(one => one.Clock):F1} ms, processor {all.Max(one => one.Processor):F1} ms"));
    }

    private static async Task FillAsync(IStateStore store, int count)
    {
        var clock = Stopwatch.StartNew();
        var random = new Random(1);
        var version = DetectionRow.VersionOf(Detection(0));
        for (var i = 0; i < count;)
        {
            var changes = new StateChanges();
            changes.Put(StateTables.Detections, DetectionRow.Write(Detection(0), version));
            for (var end = Math.Min(count, i + Together); i < end; i++)
            {
                var alert = Make(i, count, random);
                changes.Put(StateTables.Alerts, AlertRow.Write(alert, version));
                changes.Put(StateTables.Requests, RequestRow.Write(alert.Id, 0, alert.Requests[0]));
                AlertEvent.Of(new AlertChange(AlertChangeKind.Opened, alert)).AddTo(changes);
            }

            await store.WaitForRoomAsync(CancellationToken.None);
            await store.CommitAsync(changes);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count:N0} alerts put in {clock.Elapsed.TotalSeconds:F0} s"));
    }

    private static (double Clock, double Processor) Measure(AlertHistory history, string name, AlertSearch search)
    {
        var times = new List<double>();
        var found = 0;
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            found = history.Search(search).Alerts.Count;
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        // Where others want the machine, too, the processor time is what tells.
        var processor = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / Times;
        var median = times.Order().ElementAt(Times / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-72} {found,4} found, first {times[0],7:F1} ms, then {median,7:F1} ms, processor {processor,7:F1} ms"));
        return (median, processor);
    }

    private static IEnumerable<(string Name, AlertSearch Search)> Searches()
    {
        AlertSearch[] orders = [new(), new() { BySeverity = true }];
        foreach (var order in orders)
        {
            var by = order.BySeverity ? "level" : "time";
            var most = order with { Actor = Actor(0) };
            var where = order with { Cluster = Cluster(0), Namespace = Namespace(0), Detection = DetectionName(0) };
            yield return ($"by {by}", order);
            yield return ($"by {by}: open or acknowledged", order with { Statuses = ["open", "acknowledged"] });
            yield return ($"by {by}: acknowledged (none)", order with { Statuses = ["acknowledged"] });
            yield return ($"by {by}: closed, critical", order with { Statuses = ["closed"], LeastSeverity = 4 });
            yield return ($"by {by}: page 2,000", order with { After = order.BySeverity ? new AlertCursor(500_000, 2, 1_000_000) : new AlertCursor(500_000) });
            yield return ($"by {by}: actor with most", most);
            yield return ($"by {by}: actor with few", order with { Actor = Actor(4_000) });
            yield return ($"by {by}: nobody", order with { Actor = "nobody" });
            yield return ($"by {by}: object with most", order with { Object = ObjectName(0) });
            yield return ($"by {by}: object with most, in cluster with most, closed", order with { Object = ObjectName(0), Cluster = Cluster(0), Statuses = ["closed"] });
            yield return ($"by {by}: object with few", order with { Object = ObjectName(290) });
            yield return ($"by {by}: no object", order with { Object = "nothing" });
            yield return ($"by {by}: cluster with most", order with { Cluster = Cluster(0) });
            yield return ($"by {by}: cluster, namespace, detection with most", where);
            yield return ($"by {by}: cluster, namespace, detection, actor with most", where with { Actor = Actor(0) });
            yield return ($"by {by}: detection with most, of a level it never has (none)", order with { Detection = DetectionName(0), LeastSeverity = 4 });
            yield return ($"by {by}: cluster with most, open", order with { Cluster = Cluster(0), Statuses = ["open"] });
            yield return ($"by {by}: since yesterday", order with { Since = End.AddDays(-1) });
            yield return ($"by {by}: a day in the middle", order with { Since = End.AddDays(-45), Until = End.AddDays(-44) });
            yield return ($"by {by}: a day in the middle, detection with most, high and up (none)", order with { Since = End.AddDays(-45), Until = End.AddDays(-44), Detection = DetectionName(0), LeastSeverity = 3 });
            yield return ($"by {by}: since the beginning, actor with most", most with { Since = End.AddDays(-90) });
            yield return ($"by {by}: text 'shadow'", order with { Text = "shadow" });
            yield return ($"by {by}: text '/etc/shadow'", order with { Text = "/etc/shadow" });
            yield return ($"by {by}: text 'shadow secret' (none)", order with { Text = "shadow secret" });
            yield return ($"by {by}: text 'pod-1234'", order with { Text = "pod-1234" });
            yield return ($"by {by}: text 'sha*'", order with { Text = "sha*" });
            yield return ($"by {by}: text 'shadow', actor with most, cluster with most", most with { Text = "shadow", Cluster = Cluster(0) });
            yield return ($"by {by}: text 'nothing'", order with { Text = "nothing" });
        }

        yield return ("id", new AlertSearch { IdPrefix = Fingerprint.Hash(["500000"]), Limit = 2 });
        yield return ("beginning of an id", new AlertSearch { IdPrefix = Fingerprint.Hash(["500000"])[..7], Limit = 2 });
    }

    private static Alert Make(int i, int count, Random random)
    {
        var (actor, space, deed) = (Actor(Skewed(random, 5_000)), Namespace(Skewed(random, 300)), Deeds[random.Next(Deeds.Length)]);
        var number = Skewed(random, 115);
        var opened = End.AddDays(-90) + (TimeSpan.FromDays(90) * ((double)i / count));
        var isLive = i >= count - Live;
        return new Alert
        {
            Id = Fingerprint.Hash([i.ToString(CultureInfo.InvariantCulture)]),
            Fingerprint = Fingerprint.Hash([actor, space]),
            Detection = Detection(number),
            Level = Detection(number).Level,
            Status = isLive ? AlertStatus.Open : AlertStatus.Closed,
            OpenedAt = opened,
            ChangedAt = isLive ? opened : opened.AddMinutes(random.Next(60, 600)),
            Summary = $"{actor} {deed} {space}/pod-{random.Next(20_000)} (allowed)",
            Actor = actor,
            ActorKind = "human",
            Cluster = Cluster(Skewed(random, 30)),
            Count = 1,
            FirstSeen = opened,
            LastSeen = opened,
            Dedup = [new("actor", actor)],
            Why = ["objectRef.resource: pods", "objectRef.subresource: exec"],
            Requests =
            [
                new RequestSnapshot
                {
                    AuditId = new Guid(i, 0, 0, new byte[8]).ToString(), Stage = "ResponseComplete", Time = opened, Verb = "create", RequestUri = $"/api/v1/namespaces/{space}/pods/shell/exec?command=id",
                    User = actor, ClientIP = "203.0.113.7", UserAgent = "kubectl/v1.32.4 (linux/amd64)", ObjectRef = new ObjectReference(null, "pods", "exec", space, "shell"), Code = 101, Outcome = "allowed",
                },
            ],
        };
    }

    private static AlertDetection Detection(int number) => new() { Name = DetectionName(number), Title = "A thing that attackers do", Level = (Level)(number * 7 % 5), Tags = ["attack.t1609"] };

    private static string DetectionName(int number) => $"detection_number_{number}";

    private static string Actor(int number) => number % 3 == 0 ? $"user{number}@example.com" : $"system:serviceaccount:namespace-{number % 300}:app-{number}";

    private static string Cluster(int number) => $"cluster-{number}";

    private static string ObjectName(int number) => $"{Namespace(number)}/pods/shell";

    private static string Namespace(int number) => $"namespace-{number}";

    // The first has most: as with words, the second half of what the one before has.
    private static int Skewed(Random random, int count) => (int)(Math.Exp(random.NextDouble() * Math.Log(count + 1)) - 1);
}
