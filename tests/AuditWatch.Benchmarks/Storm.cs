using System.Diagnostics;
using System.Globalization;
using System.Text;
using AuditWatch.Alerts;
using AuditWatch.Composites;
using AuditWatch.Correlation;
using AuditWatch.Correlation.FirstSeen;
using AuditWatch.Detection;
using AuditWatch.Events;

namespace AuditWatch.Benchmarks;

/// <summary>What comes after detection, under a storm: every finding is of an actor that nobody has seen before, who is denied something.</summary>
internal static class Storm
{
    private const int BatchSize = 400;

    /// <summary>Prints a line for each million findings.</summary>
    /// <param name="folders">The detections.</param>
    /// <param name="rounds">How many million findings.</param>
    public static void Measure(IReadOnlyList<string> folders, int rounds)
    {
        const int million = 1_000_000;
        var detections = DetectionLoader.Load(folders, []);
        var samples = Samples(detections);
        var (firstSeen, correlator, alerts) = (new FirstSeenStage(detections), new Correlator(detections), AlertBook.OnEventTime());
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var (round, actor) = (0, 0); round < rounds; round++)
        {
            var (raised, began) = (0, Environment.CpuUsage.TotalTime);
            for (var made = 0; made < million; made += BatchSize)
            {
                var findings = new List<Finding>(BatchSize);
                for (; findings.Count < BatchSize; actor++)
                {
                    time += TimeSpan.FromMicroseconds(5);
                    findings.Add(OfActor(samples[actor % samples.Count], $"system:serviceaccount:storm:actor-{actor}", time));
                }

                raised += alerts.Apply(correlator.Correlate(firstSeen.Filter(findings, "", time, time), time)).Count;
            }

            var took = (Environment.CpuUsage.TotalTime - began).TotalSeconds;
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{million / took,10:N0} findings/s of processor time, the making of them included; {raised:N0} changes of alerts; {process.WorkingSet64 >> 20} MB in memory, {GC.GetTotalMemory(forceFullCollection: true) >> 20} MB of it live"));
        }
    }

    /// <summary>Prints what composites add to the work of correlating and alerting, for each 100,000 events of a storm.</summary>
    /// <param name="folders">The detections.</param>
    /// <param name="rounds">How many times 100,000 events.</param>
    public static void MeasureComposites(IReadOnlyList<string> folders, int rounds)
    {
        const int events = 100_000;
        var detections = DetectionLoader.Load(folders, []);
        var (engine, firstSeen, correlator, composites, alerts) = (new DetectionEngine(detections), new FirstSeenStage(detections), new Correlator(detections), new CompositeStage(detections), AlertBook.OnEventTime());
        composites.Ready.GetAwaiter().GetResult();
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var (round, actor) = (0, 0); round < rounds; round++)
        {
            var (without, with) = (TimeSpan.Zero, TimeSpan.Zero);
            for (var made = 0; made < events; made += BatchSize)
            {
                using var batch = new EventBatch(new EventOrigin("storm"), time);
                for (var i = 0; i < BatchSize; i++)
                {
                    time += TimeSpan.FromMicroseconds(5);
                    batch.Append(Encoding.UTF8.GetBytes(Denied($"actor-{actor++}", time) + "\n"));
                }

                new AuditEventReader("storm").Read(batch, isFinal: true);
                var found = new List<Finding>();
                engine.Detect(batch, found);
                var began = Environment.CpuUsage.TotalTime;
                var passed = firstSeen.Filter(found, "", time, time);
                alerts.Apply(correlator.Correlate(passed, time));
                var correlated = Environment.CpuUsage.TotalTime;
                alerts.Apply([.. composites.Join(batch, passed, correlator.DrainFired())]);
                with += Environment.CpuUsage.TotalTime - correlated;
                without += correlated - began;
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{events / without.TotalSeconds,10:N0} events/s of processor time through correlations and alerts; composites take {with / without:P1} more"));
        }
    }

    private static string Denied(string account, DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture, $$"""
        {"auditID":"{{account}}","stage":"ResponseComplete","verb":"list","requestURI":"/api/v1/secrets","user":{"username":"system:serviceaccount:storm:{{account}}","groups":["system:serviceaccounts","system:authenticated"]},"sourceIPs":["10.0.0.9"],"userAgent":"curl/8","objectRef":{"resource":"secrets","apiVersion":"v1"},"responseStatus":{"code":403},"requestReceivedTimestamp":"{{time:yyyy-MM-ddTHH:mm:ss.ffffff}}Z"}
        """);

    // What the detections find in a denied request, those that only feed correlations included.
    private static List<Finding> Samples(DetectionSet detections)
    {
        using var batch = new EventBatch(new EventOrigin("storm"), DateTimeOffset.UnixEpoch);
        batch.Append(Encoding.UTF8.GetBytes(Denied("x", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) + "\n"));
        new AuditEventReader("storm").Read(batch, isFinal: true);
        var findings = new List<Finding>();
        new DetectionEngine(detections).Detect(batch, findings);
        return [.. findings.Select(finding => finding.Materialize())];
    }

    private static Finding OfActor(Finding finding, string actor, DateTimeOffset time) => finding.With(
        id: UInt128.Zero,
        actor: actor,
        time: time,
        dedup: Renamed(finding.Dedup, finding.Actor, actor),
        carried: Renamed(finding.Carried, finding.Actor, actor));

    private static KeyValuePair<string, string>[] Renamed(IReadOnlyList<KeyValuePair<string, string>> values, string from, string to) =>
        [.. values.Select(value => value.Value == from ? new KeyValuePair<string, string>(value.Key, to) : value)];
}
